"""Cloudflare: a share is the weights of the origins in a load balancer's pool.

The interface is Cloudflare's public API reference, "Load Balancers, Pools": weights go from 0 to
1 in hundredths, and a change gives the pool's whole list of origins in one request.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.http_client import call
from onboarding.switches.base import (
    Ability,
    InEffect,
    KeysSeen,
    Position,
    checked_share,
    refuse_selector,
)
from onboarding.switches.selectors import Selector
from onboarding.switches.weights import as_asked, weights
from onboarding.vault import secret

MOST = 100  # the highest weight, in hundredths
WEIGHTLESS = {"hash"}  # with it an address stays with its origin: shares are coarse


class CloudflareSwitch:
    """Config: `account` and `pool` (ids), `moved` and `control` (names of the pool's origins, each
    in one of the two), `secret` (name of an API token that may edit pools), and optionally `url`
    (default https://api.cloudflare.com/client/v4), `delay` (seconds until every data center has a
    change, default 10) and `timeout`. Within an arm all origins weigh the same."""

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        fields = Fields(config, "switch")
        default = "https://api.cloudflare.com/client/v4"
        url = fields.text("url", "the API's address", default=default)
        account = fields.text("account", "the account's id")
        pool = fields.text("pool", "the pool's id")
        self.moved = fields.texts("moved", "names of the new path's origins")
        self.control = fields.texts("control", "names of the old path's origins")
        if both := set(self.moved) & set(self.control):
            raise fields.wrong("control", f"{min(both)} is in both arms", "an origin has one path")
        self.token = secret(fields.get("secret"), "switch.secret")
        hint = "seconds until every data center has a change"
        delay = fields.number("delay", hint, least=0, most=3600, default=10)
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=5)
        fields.done()
        ids = quote(account, safe=""), quote(pool, safe="")
        self.url = f"{url.rstrip('/')}/accounts/{ids[0]}/load_balancers/pools/{ids[1]}"
        step = round(100 / (MOST * len(self.control)), 2)
        self.ability = Ability(smallest_step=step, delay_s=delay)
        self.keys, self.effect = KeysSeen(), InEffect(delay)

    def read(self) -> Position:
        found = self._weights(self._pool())
        moved, control = [found[n] for n in self.moved], [found[n] for n in self.control]
        if not any(moved + control):
            raise PermanentFault(
                "every origin of the pool has weight 0", hint="set a share: it gives them weights"
            )
        share = as_asked(moved, control, self._wanted)
        told = {"weights": {n: w / MOST for n, w in found.items()}}
        return Position(share, in_effect_at=self.effect.at(), told=told)

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        refuse_selector(self.ability, selector)
        checked_share(share)
        if key in self.keys:
            return
        pool = self._pool()
        self._weights(pool)  # that it is the pool of these arms
        moved, control = self._wanted(share)
        wanted = dict(zip((*self.moved, *self.control), moved + control, strict=True))
        origins = [
            {**origin, "weight": wanted.get(origin["name"], 0) / MOST} for origin in pool["origins"]
        ]
        self.effect.begins()
        self._ask("PATCH", {"origins": origins})
        self.keys.add(key)

    def check(self) -> None:
        """That the pool is there and enabled, with every origin in one of the arms and enabled,
        and that it draws by weights. Whether the token may edit it, only a set would tell."""
        pool = self._pool()
        self._weights(pool)
        off = [one["name"] for one in pool["origins"] if one.get("enabled") is False]
        if pool.get("enabled") is False or off:
            raise PermanentFault(
                f"not enabled: {', '.join(off) or 'the pool'}", hint="enable it at Cloudflare"
            )
        steering = pool.get("origin_steering") or {}
        if steering.get("policy") in WEIGHTLESS:
            raise PermanentFault(
                "the pool steers by hash: an address stays with its origin",
                hint="set origin_steering.policy to random",
            )

    def _wanted(self, share: float) -> tuple[list[int], list[int]]:
        """Weights of both arms in hundredths; the full arm's at 0 and 100 are the highest."""
        moved, control = weights(share, [1] * len(self.moved), [1] * len(self.control), most=MOST)
        if share in (0, 100):
            return [one * MOST for one in moved], [one * MOST for one in control]
        return moved, control

    def _weights(self, pool: Mapping[str, Any]) -> dict[str, int]:
        """Weight by origin of the arms, in hundredths. Raises PermanentFault where an origin is
        missing, or one beside them takes traffic."""
        try:
            found = {
                str(o["name"]): round(float(o.get("weight", 1)) * MOST) for o in pool["origins"]
            }
        except (KeyError, TypeError, ValueError) as wrong:
            raise PermanentFault(
                "this is no pool of Cloudflare", hint="correct switch.url"
            ) from wrong
        named = (*self.moved, *self.control)
        if missing := [name for name in named if name not in found]:
            raise PermanentFault(
                f"the pool has no origin {', '.join(missing)}", hint=f"it has {', '.join(found)}"
            )
        if beside := [name for name, weight in found.items() if weight and name not in named]:
            raise PermanentFault(
                f"the pool has origins in neither arm: {', '.join(beside)}",
                hint="name each in switch.moved or switch.control, or give it weight 0",
            )
        return {name: found[name] for name in named}

    def _pool(self) -> dict[str, Any]:
        pool = self._ask("GET")
        if not isinstance(pool.get("origins"), list):
            raise PermanentFault("the pool has no origins", hint="correct switch.pool")
        return pool

    def _ask(self, method: str, data: Any = None) -> dict[str, Any]:
        """The `result` of an answer. Raises PermanentFault where it does not say success."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = call(method, self.url, headers=headers, data=data, timeout=self.timeout)
        said = answer.json()
        if not isinstance(said, dict) or not isinstance(said.get("result"), dict):
            raise PermanentFault(
                f"{answer.whom} does not answer as Cloudflare does", hint="correct switch.url"
            )
        if said.get("success") is not True:
            raise PermanentFault(
                f"Cloudflare refused: {said.get('errors')}", hint="see its message, then read back"
            )
        result: dict[str, Any] = said["result"]
        return result

"""HAProxy: a share is the weights of a backend's servers, set through the runtime API."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.errors import PassingFault, PermanentFault
from onboarding.fields import Fields
from onboarding.haproxy_runtime import STAYS, read_arms
from onboarding.switches.base import Ability, KeysSeen, Position, checked_share, refuse_selector
from onboarding.switches.haproxy_maps import changes, read_maps, values, write_maps
from onboarding.switches.lists import headers_of, in_force, kinds_of
from onboarding.switches.selectors import Selector
from onboarding.switches.state_file import write_whole
from onboarding.switches.weights import MOST, as_asked, weights

FIXED = {"static-rr", "first"}  # algorithms that cannot change weights, or do not look at them


@dataclass(frozen=True)
class Server:
    """One line of `show servers state`: `up` is false where it takes no traffic whatever its
    weight (down, in maintenance, draining)."""

    weight: int
    configured: int
    up: bool


class HAProxySwitch:
    """Config: `address` (socket path or host:port), `backend`, `moved` and `control` (its servers,
    each in one of the two), and optionally `timeout` (seconds), `maps` (`{"path": file, "header":
    {"X-Beta": file}}`: the maps by which haproxy.cfg picks what goes to the new path whole) and
    `state_file`: where to save the state that a reload takes the weights from (`server-state-file`
    in haproxy.cfg), if it is on this machine; the maps' files are then written too."""

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        fields = Fields(config, "switch")
        self.arms = read_arms(fields)
        self.state_file = fields.text("state_file", "a path", default="")
        self.maps = read_maps(fields)
        fields.done()
        self.ability = Ability(
            smallest_step=round(100 / (MOST * len(self.arms.control)), 2),
            selectors=kinds_of(self.maps),
            headers=headers_of(self.maps),
        )
        self.keys = KeysSeen()

    def read(self) -> Position:
        """The share that the weights come to, as it was asked for where they are its weights."""
        servers = self._servers()
        moved, control = self._weights(servers)
        if not any(moved + control):
            raise PermanentFault(
                f"every server of {self.arms.backend} has weight 0: HAProxy serves nobody",
                hint="set a share: it gives them weights",
            )
        share = as_asked(moved, control, lambda share: self._wanted(share, servers))
        names = (*self.arms.moved, *self.arms.control)
        told: dict[str, Any] = {"weights": {name: servers[name].weight for name in names}}
        if down := [name for name in names if not servers[name].up]:
            told["down"] = down
        return Position(share, told=told, selector=in_force(values(self.arms, self.maps)))

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        checked_share(share)
        refuse_selector(self.ability, selector)
        if key in self.keys:
            return
        moved, control = self._wanted(share, self._servers())
        lines = [
            f"set weight {self.arms.backend}/{name} {weight}"
            for name, weight in zip(
                (*self.arms.moved, *self.arms.control), moved + control, strict=True
            )
        ]
        lines += changes(self.maps, values(self.arms, self.maps), selector)
        answer = self.arms.ask(*lines).strip()
        if answer:
            raise PermanentFault(
                f"HAProxy refused: {' '.join(answer.split())}",
                hint="some of it may have been set; correct the backend, then read it back",
            )
        if self.state_file:
            write_whole(self.state_file, self.arms.ask("show servers state"))
            write_maps(self.maps, selector)
        self.keys.add(key)

    def check(self) -> None:
        """That HAProxy answers with the rights it takes to set weights, that the backend can change
        them, that all servers are there and up, that none beside them takes traffic, and that the
        maps are there."""
        servers = self._servers()
        values(self.arms, self.maps)
        named = (*self.arms.moved, *self.arms.control)
        beside = [n for n, one in servers.items() if n not in named and one.weight and one.up]
        if beside:
            raise PermanentFault(
                f"{self.arms.backend} has servers in neither arm: {', '.join(beside)}",
                hint="name each in switch.moved or switch.control, or give it weight 0",
            )
        algorithm = self._algorithm()
        if algorithm in FIXED:
            raise PermanentFault(
                f"{self.arms.backend} balances by {algorithm}, whose weights cannot be changed",
                hint="use `balance roundrobin`, `leastconn` or `random` in haproxy.cfg",
            )
        self._check_rights(servers)
        if down := [name for name in named if not servers[name].up]:
            raise PassingFault(
                f"down or in maintenance: {', '.join(down)}",
                hint="their part would go to other servers; bring them up first",
            )

    def _check_rights(self, servers: dict[str, Server]) -> None:
        """Set a weight to what it is: the one way to learn whether it could be changed."""
        name = self.arms.moved[0]
        line = f"set weight {self.arms.backend}/{name} {servers[name].weight}"
        if answer := self.arms.ask(line).strip():
            raise PermanentFault(f"HAProxy refused: {' '.join(answer.split())}", hint=STAYS)

    def _algorithm(self) -> str:
        """How the backend balances; empty where HAProxy does not say."""
        rows = csv.DictReader(self.arms.ask("show stat").lstrip("# ").splitlines())
        for row in rows:
            if (row.get("pxname"), row.get("svname")) == (self.arms.backend, "BACKEND"):
                return row.get("algo") or ""
        return ""

    def _servers(self) -> dict[str, Server]:
        """Every server of the backend by name; both arms are among them."""
        answer = self.arms.ask(f"show servers state {self.arms.backend}")
        if "Can't find backend" in answer:
            raise PermanentFault(
                f"HAProxy has no backend {self.arms.backend}",
                hint=f"correct switch.backend; {STAYS}",
            )
        servers = parse_servers(answer)
        missing = [n for n in (*self.arms.moved, *self.arms.control) if n not in servers]
        if missing:
            raise PermanentFault(
                f"{self.arms.backend} has no server {', '.join(missing)}",
                hint=f"it has {', '.join(servers)}; {STAYS}",
            )
        return servers

    def _weights(self, servers: dict[str, Server]) -> tuple[list[int], list[int]]:
        return (
            [servers[name].weight for name in self.arms.moved],
            [servers[name].weight for name in self.arms.control],
        )

    def _wanted(self, share: float, servers: dict[str, Server]) -> tuple[list[int], list[int]]:
        return weights(
            share,
            [servers[name].configured for name in self.arms.moved],
            [servers[name].configured for name in self.arms.control],
        )


def parse_servers(answer: str) -> dict[str, Server]:
    """The servers in an answer to `show servers state`; its columns are named in its second line."""
    lines = answer.strip().splitlines()
    if len(lines) < 2 or lines[0].strip() != "1" or not lines[1].startswith("# "):
        raise PermanentFault(
            f"this is no state of servers: {answer[:80]!r}", hint="is this HAProxy's runtime API?"
        )
    columns = lines[1][2:].split()
    servers = {}
    try:
        for line in lines[2:]:
            row = dict(zip(columns, line.split(), strict=False))
            # operational: 0 is stopped; administrative: bits of maintenance and draining
            up = row["srv_op_state"] != "0" and int(row["srv_admin_state"]) == 0
            weight, configured = int(row["srv_uweight"]), int(row["srv_iweight"])
            servers[row["srv_name"]] = Server(weight, configured, up)
    except (KeyError, ValueError) as wrong:
        raise PermanentFault(
            f"a server's state cannot be read: {line!r}", hint="is this HAProxy 1.8 or later?"
        ) from wrong
    return servers

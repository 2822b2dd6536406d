"""Any switch with an HTTP API that reads and sets a percentage, by a small mapping."""

import math
from collections.abc import Mapping
from typing import Any

from onboarding.errors import BadInput, PermanentFault
from onboarding.fields import Fields, follow
from onboarding.http_client import call
from onboarding.switches.base import (
    Ability,
    InEffect,
    KeysSeen,
    Position,
    checked_share,
    refuse_selector,
)
from onboarding.switches.selectors import KINDS, Selector, from_json
from onboarding.vault import secret

METHODS = ("PUT", "POST", "PATCH")


class HTTPAPISwitch:
    """Config: `read` `{"url", "path"}`, where `path` leads to the number in the answer, as in
    `backends.0.weight`; `set` `{"url", "method", "body"}`, in whose body the texts `{share}` and
    `{key}` are replaced (the share by a number); for selectors `selectors`, the kinds that the far
    side knows, `read.selector`, the path to the one in force, and `{selector}` in the body (`{"kind",
    "values", "name"}`, or null for none); `scale`, what the far side calls 1 percent
    (default 1; 0.01 for fractions); `smallest_step` in percent and `delay` in seconds, as the far
    side has them; `secret` (name) and `header`, which carries it (default `Authorization`, as a
    bearer token); `timeout`. The key also goes along as `Idempotency-Key`.
    """

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        fields = Fields(config, "switch")
        reading = Fields(fields.get("read", {}), "switch.read")
        self.read_url = reading.text("url", "where the share is read")
        self.path = reading.text("path", "where it is in the answer, such as traffic.percent")
        self.selector_path = reading.text("selector", "where the selector is", default="")
        reading.done()
        setting = Fields(fields.get("set", {}), "switch.set")
        self.set_url = setting.text("url", "where the share is set")
        self.method = setting.text("method", ", ".join(METHODS), default="PUT").upper()
        if self.method not in METHODS:
            raise setting.wrong("method", f"{self.method!r} sets nothing", ", ".join(METHODS))
        self.body = setting.get("body")
        if not _mentions(self.body, "{share}"):
            raise setting.wrong("body", "has no {share} in it", '{"percent": "{share}"}')
        setting.done()
        selectors = self._selectors(fields)
        self.scale = fields.number("scale", "1 or 0.01", least=1e-6, most=1e6, default=1)
        hint = "as the far side has it"
        step = fields.number("smallest_step", hint, least=0.001, most=100, default=1)
        delay = fields.number("delay", hint, least=0, most=86400, default=0)
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=5)
        header = fields.text("header", "a header's name", default="Authorization")
        name = fields.get("secret")
        self.headers: dict[str, str] = {}
        if name:
            carried = secret(name, "switch.secret")
            self.headers[header] = f"Bearer {carried}" if header == "Authorization" else carried
        fields.done()
        self.ability = Ability(smallest_step=step, delay_s=delay, selectors=selectors)
        self.keys, self.effect = KeysSeen(), InEffect(delay)

    def _selectors(self, fields: Fields) -> tuple[str, ...]:
        kinds = fields.texts("selectors", ", ".join(KINDS)) if fields.get("selectors") else []
        if unknown := set(kinds) - set(KINDS):
            raise fields.wrong(
                "selectors", f"nothing is picked by {min(unknown)}", ", ".join(KINDS)
            )
        if kinds and not self.selector_path:
            raise fields.wrong("read.selector", "is missing", "the path to the one in force")
        if kinds and not _mentions(self.body, "{selector}"):
            raise fields.wrong("set.body", "has no {selector} in it", '{"only": "{selector}"}')
        return tuple(kinds)

    def read(self) -> Position:
        answer = call("GET", self.read_url, headers=self.headers, timeout=self.timeout)
        document = answer.json()
        number = _number(follow(document, self.path))
        share = round(number / self.scale, 4) if number is not None else math.nan
        if not 0 <= share <= 100:
            raise PermanentFault(
                f"{answer.whom} gives no percentage at {self.path}: {answer.text[:100]}",
                hint="correct switch.read.path or switch.scale",
            )
        return Position(
            share,
            in_effect_at=self.effect.at(),
            told={"answer": number},
            selector=self._in_force(document),
        )

    def _in_force(self, document: Any) -> Selector | None:
        kept = follow(document, self.selector_path) if self.selector_path else None
        if kept is None:
            return None
        try:
            if not isinstance(kept, Mapping):
                raise BadInput(f"{kept!r} is no selector")
            return from_json(kept)
        except BadInput as wrong:
            raise PermanentFault(
                f"no selector at {self.selector_path}: {wrong.message}",
                hint='correct switch.read.selector; expected {"kind", "values", "name"} or null',
            ) from wrong

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        checked_share(share)
        refuse_selector(self.ability, selector)
        if key in self.keys:
            return
        number = round(share * self.scale, 6)
        body = _filled(
            self.body,
            {
                "{share}": int(number) if number.is_integer() else number,
                "{key}": key,
                "{selector}": selector.as_json() if selector else None,
            },
        )
        headers = {**self.headers, "Idempotency-Key": key}
        self.effect.begins()
        answer = call(self.method, self.set_url, headers=headers, data=body, timeout=self.timeout)
        if answer.body.lstrip().startswith(b"<"):  # a proxy's or a sign-in's page
            raise PermanentFault(
                f"{answer.whom} answered with a web page instead of doing it",
                hint="correct switch.set.url, or the token",
            )
        self.keys.add(key)

    def check(self) -> None:
        """That the share can be read. Whether it can be set, only a set would tell."""
        self.read()


def _mentions(body: Any, mark: str) -> bool:
    if isinstance(body, Mapping):
        return any(_mentions(value, mark) for value in body.values())
    if isinstance(body, list):
        return any(_mentions(value, mark) for value in body)
    return bool(body == mark)


def _filled(body: Any, marks: Mapping[str, Any]) -> Any:
    """The body with what each of the marks stands for in its place."""
    if isinstance(body, Mapping):
        return {name: _filled(value, marks) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, marks) for value in body]
    return marks.get(body, body) if isinstance(body, str) else body


def _number(value: Any) -> float | None:
    """`value` if it is a number, else None."""
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if numeric else None

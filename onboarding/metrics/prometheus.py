"""Counts from Prometheus: one PromQL expression for each signal of each arm.

Each expression gives a growing total, such as `sum(http_requests_total{path="new"})`. It is asked
for at even steps (`/api/v1/query_range`) and the differences are taken here: `increase()` would
extrapolate, and the guard counts real requests.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from onboarding import clock
from onboarding.errors import BadInput, PermanentFault
from onboarding.fields import Fields
from onboarding.http_client import call
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.origins import KINDS, origins
from onboarding.vault import secret

ARMS = ("moved", "control")
SIGNALS = ("requests", "errors", "slow", "misses")
MOST_STEPS = 600  # in one reading: what is older can't be judged any more
PICKED = re.compile(r"(host|path|region|country|header [\w-]+) +(\S.*)")
Totals = dict[int, float]  # the total at a time, in steps since the epoch


class PrometheusMetrics:
    """Config: `url`, `moved` and `control` (each `{"requests": PromQL, "errors": …}`, `slow`,
    `misses`, `bytes` sent and, for errors by where they arose, `edge`, `unreachable`, `origin` optional), `picked` (the same, of what a selector picks and is still on
    the old path, by the selector in words, such as `path /static/`), `step` (seconds, at least the scrape interval; default 15), `delay` (how
    long a scrape may be late, default `step`), `empty` (what may have no series before the flip: a
    signal such as `errors`, or one arm's, `moved.errors`), `secret` (name of a bearer token), `timeout`.
    """

    def __init__(self, config: Mapping[str, Any], feed: str) -> None:
        fields = Fields(config, "metrics")
        self.url = fields.text("url", "such as http://prometheus:9090").rstrip("/")
        self.step = fields.number("step", "seconds", least=0.25, most=300, default=15)
        self.delay = fields.number("delay", "seconds", least=0, most=300, default=self.step)
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=4)
        name = fields.get("secret")
        self.token = secret(name, "metrics.secret") if name else ""
        self.queries = {arm: _queries(fields.get(arm), f"metrics.{arm}") for arm in ARMS}
        self.picked = _picked(fields.get("picked"))
        self.empty = _may_be_empty(fields)
        fields.done()
        #: How old the newest counts may be.
        self.lag = timedelta(seconds=self.step + self.delay)
        #: How much time one reading gives: of a longer one it gives the end.
        self.reach = timedelta(seconds=MOST_STEPS * self.step)

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        """The steps that ended in (since, until - delay]; those without a total at both ends have
        no counts. Asks nothing where no step has ended."""
        last = math.floor(round((until.timestamp() - self.delay) / self.step, 6))
        first = max(math.floor(round(since.timestamp() / self.step, 6)), last - MOST_STEPS)
        if last <= first:
            return []
        arms = {
            arm: {signal: self._totals(promql, first, last) for signal, promql in asked.items()}
            for arm, asked in (*self.queries.items(), *self.picked.items())
        }
        return [
            Sample(
                datetime.fromtimestamp(number * self.step, UTC),
                self.step,
                _gained(arms["moved"], number),
                _gained(arms["control"], number),
                {what: gained for what in self.picked if (gained := _gained(arms[what], number))},
            )
            for number in range(first + 1, last + 1)
        ]

    def check(self) -> None:
        """Every expression gives one series now, save those of `empty`: one that is misspelt gives
        none, and none would be zero errors for as long as the ramp lasts. Raises BadInput at the
        first that gives none, naming all of them; and as `read` does."""
        now = math.floor((clock.now().timestamp() - self.delay) / self.step)
        picked = {f"picked.{what}": asked for what, asked in self.picked.items()}
        missing = [
            (arm, signal)
            for arm, asked in (*self.queries.items(), *picked.items())
            for signal, promql in asked.items()
            if not self._totals(promql, now - 1, now)
            and not self.empty & {signal, f"{arm}.{signal}"}
        ]
        if missing:
            named = [f"{arm}.{signal}" for arm, signal in missing]
            empty = sorted({s if arm in picked else f"{arm}.{s}" for arm, s in missing})
            raise BadInput(
                f"Prometheus has no series for {', '.join(named)}",
                place=f"metrics.{named[0]}",
                hint="correct the PromQL, or export the counter from zero on; where a healthy service"
                f' has none yet, say so: "empty": {json.dumps(empty)}',
            )

    def _totals(self, promql: str, first: int, last: int) -> Totals:
        """What the expression gives at the end of each step, where it gives anything."""
        asked = {
            "query": promql,
            "start": f"{first * self.step:.3f}",
            "end": f"{last * self.step:.3f}",
            "step": f"{self.step:g}",
        }
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = f"{self.url}/api/v1/query_range?{urlencode(asked)}"
        return self._read(call("GET", url, headers=headers, timeout=self.timeout).json(), promql)

    def _read(self, answer: Any, promql: str) -> Totals:
        try:
            series = answer["data"]["result"]
            if len(series) > 1:
                raise PermanentFault(
                    f"{promql} gives {len(series)} series", hint="put sum(…) around it"
                )
            points = series[0]["values"] if series else []
            totals = {round(float(at) / self.step): float(value) for at, value in points}
        except (KeyError, TypeError, ValueError, IndexError) as wrong:
            raise PermanentFault(
                f"{self.url} does not answer as Prometheus does", hint="correct metrics.url"
            ) from wrong
        return {number: value for number, value in totals.items() if math.isfinite(value)}


def _gained(arm: Mapping[str, Totals], number: int) -> ArmCounts | None:
    """One arm's counts in the step that ends at `number`; None where requests are not known at
    both ends, or went back (something restarted). A series of errors often comes into being with
    the first of them: then all of it is new."""
    before, now = arm["requests"].get(number - 1), arm["requests"].get(number)
    if before is None or now is None:
        return None
    requests = round(now - before)
    bad: dict[str, int] = {}
    for signal, totals in arm.items():
        gain = totals.get(number, 0.0) - totals.get(number - 1, 0.0)
        if gain < 0:  # of requests too, which are among the signals
            return None
        bad[signal] = round(gain) if signal == "bytes" else min(requests, round(gain))
    errors = bad["errors"]
    arose = origins({kind: min(errors, bad[kind]) for kind in KINDS if kind in bad})
    slow, misses, sent = (bad.get(signal) for signal in ("slow", "misses", "bytes"))
    return ArmCounts(requests, errors, slow, misses, origins=arose, bytes=sent)


def _picked(given: Any) -> dict[str, dict[str, str]]:
    """The expressions of what selectors pick, by the selector as a plan spells it; raises BadInput."""
    found = {}
    for words, asked in Fields(given if given is not None else {}, "metrics.picked").config.items():
        place = f"metrics.picked.{words}"
        match = PICKED.fullmatch(str(words).strip())
        if match is None:
            hint = "as a plan names it, such as path /static/ or header x-beta yes"
            raise BadInput(f"{words!r} is no selector", place=place, hint=hint)
        values = sorted({value.strip() for value in match[2].split(",")})
        found[f"{match[1].lower()} {', '.join(values)}"] = _queries(asked, place)
    return found


def _may_be_empty(fields: Fields) -> set[str]:
    """What the operator says may have no series yet; raises BadInput."""
    if fields.get("empty") is None:
        return set()
    known = (*SIGNALS, *KINDS, "bytes")
    hint = 'a list such as ["errors"] or ["moved.errors"]'
    found = set(fields.texts("empty", hint))
    for one in sorted(found):
        arm, _, signal = one.rpartition(".")
        if signal not in known or arm not in ("", *ARMS):
            raise fields.wrong("empty", f"{one!r} is no signal", f"{hint}; of {', '.join(known)}")
    return found


def _queries(given: Any, place: str) -> dict[str, str]:
    """An arm's expressions by signal; raises BadInput."""
    fields = Fields(given if given is not None else {}, place)
    hint = "PromQL of a growing total, such as sum(http_requests_total)"
    found = {signal: fields.text(signal, hint) for signal in SIGNALS[:2]}
    for signal in (*SIGNALS[2:], *KINDS, "bytes"):
        if promql := fields.text(signal, hint, default=""):
            found[signal] = promql
    fields.done()
    return found

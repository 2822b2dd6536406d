"""HAProxy's own counters: answers and failures of each server, as differences between readings."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.haproxy_runtime import read_arms
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.origins import Origins

ANSWERS = ("hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other")


class Counters(NamedTuple):
    """Of one server since its HAProxy started. `failed`: requests for which HAProxy had to answer
    itself, as no connection came about (`econ`) or no whole response (`eresp`); those are not
    among the server's answers. `sent`: bytes of the answers, headers included."""

    answers: int
    fives: int
    failed: int
    sent: int = 0

    def since(self, before: "Counters | None") -> "Counters":
        """The increase; a counter that went back began again at 0, and so all of them did."""
        if before is None or any(now < then for now, then in zip(self, before, strict=True)):
            return self
        return Counters(*(now - then for now, then in zip(self, before, strict=True)))


@dataclass(frozen=True)
class Reading:
    """All servers of the backend at one moment, and the process that counted."""

    at: datetime
    process: str
    servers: dict[str, Counters]


class HAProxyMetrics:
    """Config: as the switch's: `address`, `backend`, `moved`, `control`, `timeout`.

    HAProxy gives totals only, so each reading needs the one before, which this object keeps: the
    interval of the first reading is given as missing. Slow requests and misses it does not count.
    """

    def __init__(self, config: Mapping[str, Any], feed: str) -> None:
        keys = Fields(config, "metrics")
        self.arms = read_arms(keys)
        keys.done()
        self.last: Reading | None = None

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        """One sample from the last reading to this one, which counts as of `until`."""
        if until <= since or (self.last is not None and until <= self.last.at):
            return []
        before, now = self.last, self._reading(until)
        self.last = now
        if before is None:
            return [Sample(until, (until - since).total_seconds(), None, None)]
        if before.process != now.process:
            before = Reading(before.at, now.process, {})
        moved, control = (self._arm(names, before, now) for names in self._arms())
        return [Sample(until, (until - before.at).total_seconds(), moved, control)]

    def _arms(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.arms.moved, self.arms.control

    def _arm(self, names: tuple[str, ...], before: Reading, now: Reading) -> ArmCounts:
        gained = [now.servers[name].since(before.servers.get(name)) for name in names]
        failed = sum(one.failed for one in gained)
        fives = sum(one.fives for one in gained)
        return ArmCounts(
            requests=sum(one.answers for one in gained) + failed,
            errors=fives + failed,
            origins=Origins(unreachable=failed, origin=fives),
            bytes=sum(one.sent for one in gained),
        )

    def _reading(self, at: datetime) -> Reading:
        answer = self.arms.ask("show info", "show stat")
        info, found, table = answer.partition("# pxname")
        if not found:
            raise PermanentFault(
                f"these are no statistics: {answer[:80]!r}", hint="is this HAProxy's runtime API?"
            )
        process = next((line for line in info.splitlines() if line.startswith("Pid:")), "")
        servers = {
            row["svname"]: _counters(row)
            for row in csv.DictReader(("pxname" + table).splitlines())
            if row["pxname"] == self.arms.backend and row["type"] == "2"
        }
        missing = [name for arm in self._arms() for name in arm if name not in servers]
        if missing:
            raise PermanentFault(
                f"HAProxy's statistics have no {self.arms.backend}/{missing[0]}",
                hint="correct metrics.backend, metrics.moved or metrics.control",
            )
        return Reading(at, process, servers)


def _counters(row: dict[str, str]) -> Counters:
    try:
        return Counters(
            answers=sum(int(row[column]) for column in ANSWERS),
            fives=int(row["hrsp_5xx"]),
            failed=int(row["econ"]) + int(row["eresp"]),
            sent=int(row["bout"]),
        )
    except (KeyError, ValueError) as wrong:
        raise PermanentFault(
            f"{row['pxname']}/{row['svname']} has no counts of HTTP answers",
            hint="the backend needs `mode http`",
        ) from wrong

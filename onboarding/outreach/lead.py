"""Who spoke first: what customers were told, beside what they said by themselves. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

BEFORE = timedelta(minutes=5)  # what a customer says so soon before the onset is about the same
AFTER = timedelta(days=1)  # ... and for so long after it is over
BRIEF = timedelta(minutes=15)  # what was over sooner, and nobody ever asked about, was needless


@dataclass(frozen=True)
class Told:
    """One trouble. `asked_at` is the customer's first word within its span, by a ticket or in a
    room; an answer to what was told is none. `outcome`: useful, needless or empty."""

    onset: datetime
    sent_at: datetime | None = None
    healed_at: datetime | None = None
    asked_at: datetime | None = None
    outcome: str = ""

    @property
    def first(self) -> str:
        """Who spoke first: "we", "they" or nobody (empty)."""
        if self.sent_at is not None and (self.asked_at is None or self.sent_at <= self.asked_at):
            return "we"
        return "they" if self.asked_at is not None else ""

    @property
    def needless(self) -> bool:
        """Told although it was not needed: somebody said so; or it was over soon and the customer
        never asked."""
        if self.sent_at is None or self.outcome == "useful":
            return False
        brief = self.healed_at is not None and self.healed_at - self.onset < BRIEF
        return self.outcome == "needless" or (brief and self.asked_at is None)


@dataclass(frozen=True)
class Measured:
    """Counts of trouble: `found`, of it `told`; `we` and `they` spoke first; `needless`; withdrawn
    before anybody was told. `lead`: how long before the customer's own word ours was, the median
    over those who said one; `until_told`: from the onset to our word, the median."""

    found: int
    told: int
    we: int
    they: int
    needless: int
    lead: timedelta | None
    until_told: timedelta | None


def measured(rows: Sequence[Told]) -> Measured:
    """How it went over all of `rows`."""
    told = [row for row in rows if row.sent_at is not None]
    leads = [
        row.asked_at - row.sent_at
        for row in told
        if row.sent_at is not None and row.asked_at is not None and row.first == "we"
    ]
    waits = [row.sent_at - row.onset for row in told if row.sent_at is not None]
    return Measured(
        found=len(rows),
        told=len(told),
        we=sum(row.first == "we" for row in rows),
        they=sum(row.first == "they" for row in rows),
        needless=sum(row.needless for row in rows),
        lead=_median(leads),
        until_told=_median(waits),
    )


def _median(spans: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in spans)) if spans else None


def span(row: Told, now: datetime) -> tuple[datetime, datetime]:
    """When what a customer says is about this trouble."""
    return row.onset - BEFORE, min(now, (row.healed_at or now) + AFTER)

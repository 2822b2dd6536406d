"""Windows: what makes one that can be booked, and what it meets. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from onboarding.errors import BadInput

LONGEST = timedelta(days=60)
GRACE = timedelta(minutes=5)


@dataclass(frozen=True)
class Span:
    """A named time: a freeze, a ship, another cutover. `key` tells it from others (`freeze:3`). A
    freeze may be of one `region` or of one customer only."""

    name: str
    start: datetime
    end: datetime
    kind: str = "freeze"
    key: str = ""
    region: str = ""
    customer_id: int | None = None

    def concerns(self, regions: Collection[str], customer_id: int) -> bool:
        """Whether it is one of that customer's, whose traffic lands in `regions`."""
        if self.customer_id not in (None, customer_id):
            return False
        return not self.region or self.region in regions

    def meets(self, start: datetime, end: datetime) -> bool:
        """Whether the two share any time; touching is not sharing."""
        return self.start < end and start < self.end


@dataclass(frozen=True)
class Conflict:
    """Why two real flips should not happen at the same time. `kind`: customer, region, people;
    `others` are the numbers of the cutovers it concerns."""

    kind: str
    words: str
    hint: str
    others: tuple[int, ...]


def check_window(
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    needed: timedelta,
    freezes: Iterable[Span] = (),
) -> None:
    """Raises BadInput naming the field where this window cannot be booked.

    `needed` is what the plan takes at least.
    """
    if start < now - GRACE:
        raise BadInput(
            "this window is in the past", place="starts_at", hint="choose a time from now on"
        )
    if end <= start:
        raise BadInput("the window ends before it starts", place="ends_at", hint="end it later")
    if end - start > LONGEST:
        raise BadInput(
            "the window is too long", place="ends_at", hint=f"{LONGEST.days} days at most"
        )
    if end - start < needed:
        raise BadInput(
            f"the plan takes {needed} and the window is {end - start}",
            place="ends_at",
            hint="end the window later or shorten the holds",
        )
    for freeze in freezes:
        if freeze.meets(start, end):
            raise BadInput(
                f"the window meets the {freeze.kind} {freeze.name!r}",
                place="starts_at",
                hint="choose a window outside of it, or have an admin let this turn-up through",
            )

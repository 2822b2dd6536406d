"""Who is called next, and when. Pure: a page's standing and the time in, what to do out.

A round calls every person of the audience in order, each by one channel after another, one call
every `wait_s` seconds. A round that nobody answered begins again, later each time but at least
once an hour: a page that nobody answers never disappears. An acknowledgement stops every further
step; it runs out unless it is confirmed, and the page then goes on with somebody else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WAIT_S = {"critical": 120, "error": 300, "warning": 900}  # between two calls
HOLDS_S = 1800  # how long an acknowledgement holds
REMIND_S = 600  # before it runs out, whoever gave it is asked to confirm
LONGEST_REST_S = 3600  # between two rounds


@dataclass(frozen=True)
class Person:
    """Somebody who can be called: (channel, address) in the order they want to be."""

    id: int
    methods: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """One call: to whom, by what, where."""

    user: int
    channel: str
    address: str


@dataclass(frozen=True)
class Standing:
    """How a page stands. `state`: open, acknowledged, resolved. `position` is the next step of
    this round, `next_at` when it is due; where it is acknowledged, when that is looked at again."""

    state: str
    steps: tuple[Step, ...]
    position: int
    round: int
    next_at: datetime
    wait_s: int
    holder: int | None = None
    holds_until: datetime | None = None


@dataclass(frozen=True)
class Move:
    """What is done now: `call` that step; `what` is called, remind, expired, round or nothing."""

    what: str
    standing: Standing
    call: Step | None = None


def steps(people: Iterable[Person]) -> tuple[Step, ...]:
    """One round: each person once, by each of their channels before the next person is called."""
    seen: dict[int, Person] = {}
    for person in people:
        seen.setdefault(person.id, person)
    return tuple(Step(p.id, channel, where) for p in seen.values() for channel, where in p.methods)


def begin(people: Sequence[Person], severity: str, at: datetime, wait_s: int = 0) -> Standing:
    """A page just opened; its first step is due at once."""
    return Standing("open", steps(people), 0, 1, at, wait_s or WAIT_S[severity])


def move(page: Standing, now: datetime) -> Move:
    """What to do at `now`; nothing before `next_at`, and never again once it is resolved."""
    if page.state == "resolved" or now < page.next_at:
        return Move("nothing", page)
    if page.state == "acknowledged":
        return _held(page, now)
    if page.position >= len(page.steps):
        return Move("round", replace(page, position=0, round=page.round + 1, next_at=now))
    step, after = page.steps[page.position], page.position + 1
    rest_s = page.wait_s if after < len(page.steps) else _rest_s(page)
    due = now + timedelta(seconds=rest_s)
    return Move("called", replace(page, position=after, next_at=due), step)


def _rest_s(page: Standing) -> int:
    """How long a round is waited for an answer: twice as long each time, an hour at most."""
    return min(LONGEST_REST_S, page.wait_s << min(page.round - 1, 10))


def _held(page: Standing, now: datetime) -> Move:
    assert page.holds_until is not None, "acknowledged until some time"
    if now < page.holds_until:
        return Move("remind", replace(page, next_at=page.holds_until))
    others = [n for n, step in enumerate(page.steps) if step.user != page.holder]
    later = [n for n in others if n >= page.position]
    position = (later or others or [0])[0]
    open_again = replace(page, state="open", position=position, next_at=now)
    return Move("expired", replace(open_again, holder=None, holds_until=None))


def acknowledged(page: Standing, user: int, now: datetime) -> Standing:
    """Somebody has it: nobody is called until the acknowledgement runs out. Said again by the
    same person it is confirmed, and holds anew."""
    until = now + timedelta(seconds=HOLDS_S)
    look = until - timedelta(seconds=REMIND_S)
    return replace(page, state="acknowledged", holder=user, holds_until=until, next_at=look)

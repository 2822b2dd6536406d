"""Weeks by people: what each stood and will stand by for, how even it is, where nobody is. Pure."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import fmean

from onboarding.rosters.burden import availability, burden, hours_there
from onboarding.rosters.windows import Span, WorkingHours, zone

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Duty:
    """A seat of `person` in [start, end). `firm`: they said yes to it."""

    person: int
    role: str
    start: datetime
    end: datetime
    firm: bool = True


@dataclass(frozen=True)
class Member:
    """Somebody of a team: when they work, when they are away or have a holiday. Trainees only
    shadow, and do not count when a team is asked how evenly it carries."""

    person: int
    team: str
    working: WorkingHours
    off: tuple[Span, ...] = ()
    trainee: bool = False


@dataclass(frozen=True)
class Cell:
    """One week of one person: weighted hours of duty, `asked` of them only asked for; working
    hours that are `lost` to times away and holidays; `gone`: all of them."""

    load: float
    asked: float
    lost: float
    gone: bool


@dataclass(frozen=True)
class Row:
    """One person: a cell for each week, their sum, the share of a full week they work in these
    weeks, the sum held against it, and how far that is from their team's mean."""

    member: Member
    cells: tuple[Cell, ...]
    total: float
    share: float
    even: float
    beside: float


@dataclass(frozen=True)
class Block:
    """One team: its rows, the mean and the spread (most less least) of `Row.even`, trainees aside,
    and the hours of each week in which nobody has a turn on its rotation."""

    team: str
    rows: tuple[Row, ...]
    mean: float
    spread: float
    empty: tuple[float, ...]


def weeks(today: date, back: int, ahead: int, timezone: str) -> list[datetime]:
    """The Mondays, at midnight in `timezone`, from `back` weeks before that of `today` to `ahead`
    after it; one more closes the last week."""
    monday = today - timedelta(days=today.weekday())
    here = zone(timezone)
    return [datetime.combine(monday + WEEK * n, time(), here) for n in range(-back, ahead + 2)]


def matrix(
    members: Sequence[Member],
    duties: Iterable[Duty],
    gaps: Mapping[str, Sequence[Span]],
    bounds: Sequence[datetime],
) -> list[Block]:
    """A block for each team of `members`, in their order; `bounds` as `weeks` gives them. A duty
    counts in the week it begins in. `gaps`: when nobody is on a team's rotation."""
    by_person: dict[int, list[Duty]] = {}
    for duty in duties:
        by_person.setdefault(duty.person, []).append(duty)
    teams: dict[str, list[Member]] = {}
    for member in members:
        teams.setdefault(member.team, []).append(member)
    return [_block(team, own, by_person, gaps.get(team, ()), bounds) for team, own in teams.items()]


def _block(
    team: str,
    members: Sequence[Member],
    duties: Mapping[int, Sequence[Duty]],
    gaps: Sequence[Span],
    bounds: Sequence[datetime],
) -> Block:
    drafts = [_row(member, duties.get(member.person, ()), bounds) for member in members]
    counted = [row.even for row in drafts if not row.member.trainee]
    mean = fmean(counted) if counted else 0.0
    rows = tuple(
        Row(row.member, row.cells, row.total, row.share, row.even, row.even - mean)
        for row in drafts
    )
    spread = max(counted) - min(counted) if counted else 0.0
    empty = tuple(_shared(gaps, a, b) for a, b in itertools.pairwise(bounds))
    return Block(team, rows, mean, spread, empty)


def _row(member: Member, duties: Sequence[Duty], bounds: Sequence[datetime]) -> Row:
    cells = tuple(_cell(member, duties, a, b) for a, b in itertools.pairwise(bounds))
    total = sum(cell.load for cell in cells)
    share = availability(member.working, member.off, bounds[0], bounds[-1])
    return Row(member, cells, total, share, total / share, 0.0)


def _cell(member: Member, duties: Sequence[Duty], start: datetime, end: datetime) -> Cell:
    mine = [duty for duty in duties if start <= duty.start < end]
    weighed = [(d, burden(d.role, member.working, d.start, d.end).weighted) for d in mine]
    off = [span for span in member.off if span[0] < end and span[1] > start]
    there = hours_there(member.working, off, start, end) if off else 0.0
    lost = hours_there(member.working, (), start, end) - there if off else 0.0
    asked = sum(weight for duty, weight in weighed if not duty.firm)
    return Cell(sum(weight for _, weight in weighed), asked, lost, lost > 0 and there < 0.5)


def _shared(spans: Sequence[Span], start: datetime, end: datetime) -> float:
    """Hours of [start, end) that lie in one of `spans`."""
    shared = (min(b, end) - max(a, start) for a, b in spans if a < end and b > start)
    return sum(shared, timedelta()) / timedelta(hours=1)

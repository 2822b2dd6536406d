"""How far a checklist is: a pure view of the items, what was said about them, and the time.

`survey` is the one way in. It is cheap and keeps nothing: call it again when a mark, a fact, the
level of help or T changes, and every due time, blocker and owner follows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from graphlib import TopologicalSorter

from onboarding.checklists.expressions import holds
from onboarding.checklists.facts import Value
from onboarding.checklists.offsets import due_at
from onboarding.checklists.template import STAGES, Item
from onboarding.errors import marked, nested

STATUSES = ("open", "blocked", "awaiting_sign_off", "broken", "done", "waived", "not_needed")
SETTLED = frozenset({"done", "waived", "not_needed"})


@dataclass(frozen=True)
class Mark:
    """What was said about one item. Names are whatever the caller knows people by; a probe that
    ticked the item is a name too. `evidence` holds the kinds given. `probe_passes` is the last
    result, None before the first. `carried`: it was done under an earlier version of the item, and
    what the newer asks beside is not asked again."""

    item_id: str
    done_by: str = ""
    signed_by: str = ""
    waived_by: str = ""
    waived_why: str = ""
    evidence: frozenset[str] = frozenset()
    probe_passes: bool | None = None
    carried: bool = False


@dataclass(frozen=True)
class Line:
    """Where one item stands.

    `ball` is the team that moves next, empty once settled. `blocked_by` are the ids of unsettled
    items it depends on; `lacks` says in words what keeps a ticked item from being done.
    """

    item: Item
    status: str
    ball: str
    blocked_by: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    due: datetime | None = None
    overdue: bool = False

    @property
    def settled(self) -> bool:
        """Nothing is left to do: done, waived or not needed."""
        return self.status in SETTLED


@dataclass(frozen=True)
class Tally:
    """Counts of items; waived and not needed ones are never counted as done."""

    done: int
    waived: int
    not_needed: int
    left: int
    overdue: int


def survey(
    items: Sequence[Item],
    marks: Iterable[Mark],
    facts: Mapping[str, Value],
    *,
    now: datetime,
    cutover_at: datetime | None = None,
    level: str = "self_serve",
) -> tuple[Line, ...]:
    """One line for each item, in the items' order.

    `facts` as from `facts.complete`; `cutover_at` is T, None until a cutover is booked; `level` is
    the customer's level of help. Times are aware. A dependency that is not needed, waived, or not
    in `items` blocks nothing. Raises BadInput for an expression that cannot be evaluated.
    """
    marked = {mark.item_id: mark for mark in marks}
    first = {item.id: _standing(item, marked.get(item.id, Mark(item.id)), facts) for item in items}
    unsettled = {item_id for item_id, (status, _) in first.items() if status not in SETTLED}
    lines = []
    for item in items:
        status, lacks = first[item.id]
        blocked_by = tuple(one for one in item.depends_on if one in unsettled)
        if status == "open" and blocked_by:
            status = "blocked"
        due = due_at(item.due, cutover_at)
        left = status not in SETTLED
        lines.append(
            Line(
                item,
                status,
                ball=_ball(item, status, level),
                blocked_by=blocked_by if left else (),
                lacks=lacks,
                due=due,
                overdue=left and due is not None and due < now,
            )
        )
    return tuple(lines)


def _standing(item: Item, mark: Mark, facts: Mapping[str, Value]) -> tuple[str, tuple[str, ...]]:
    """Status before dependencies are looked at, and what a ticked item still lacks."""
    if mark.waived_why:
        return "waived", ()
    if not holds(item.needed_when, facts):
        return "not_needed", ()
    if not mark.done_by:
        return "open", ()
    if item.probe is not None and mark.probe_passes is False:
        return "broken", (marked("the probe no longer passes"),)
    if mark.carried:
        return "done", ()
    if item.evidence and not mark.evidence & set(item.evidence):
        return "open", (_evidence(item.evidence),)
    if item.sign_off and mark.signed_by in ("", mark.done_by):
        return "awaiting_sign_off", (
            marked("sign-off by a second person from {team}", team=item.sign_off),
        )
    return "done", ()


KINDS = {"note": marked("a note"), "link": marked("a link"), "file": marked("a file")}


def _evidence(kinds: Sequence[str]) -> str:
    """What is to be handed in, any one of `kinds`."""
    what: str = nested(KINDS[kinds[0]])
    for kind in kinds[1:]:
        what = marked("{what} or {other}", what=what, other=nested(KINDS[kind]))
    return marked("evidence: {what}", what=what)


def _ball(item: Item, status: str, level: str) -> str:
    if status in SETTLED:
        return ""
    return item.sign_off if status == "awaiting_sign_off" else item.owner_for(level)


def still_demanded(lines: Iterable[Line], entering: str) -> tuple[Line, ...]:
    """The required items of earlier stages that keep a turn-up from entering a stage."""
    return tuple(
        line
        for line in lines
        if line.item.required
        and not line.settled
        and STAGES.index(line.item.stage) < STAGES.index(entering)
    )


def actionable(lines: Iterable[Line], owner: str | None = None) -> tuple[Line, ...]:
    """What can be worked on now, most urgent first; of one team where `owner` is given.

    Order: stage, then required before recommended, then due time (none last), then as listed.
    """
    ready = [
        line
        for line in lines
        if not line.settled and line.status != "blocked" and owner in (None, line.ball)
    ]
    return tuple(sorted(ready, key=_urgency))


def _urgency(line: Line) -> tuple[int, bool, bool, float]:
    due = line.due
    return (
        STAGES.index(line.item.stage),
        not line.item.required,
        due is None,
        due.timestamp() if due is not None else 0.0,
    )


def next_line(lines: Iterable[Line], owner: str | None = None) -> Line | None:
    """The one thing to do next, by anyone or by `owner`; None when nothing can be done."""
    ready = actionable(lines, owner)
    return ready[0] if ready else None


def who_has_the_ball(lines: Iterable[Line], stage: str) -> str:
    """The team that must move for a turn-up in `stage` to go on; empty when nothing is left.

    It is the ball of the most urgent required item up to and including that stage, and of a
    recommended one only where no required item is left.
    """
    reached = [line for line in lines if STAGES.index(line.item.stage) <= STAGES.index(stage)]
    ready = sorted(actionable(reached), key=lambda line: not line.item.required)
    return ready[0].ball if ready else ""


def tally(lines: Iterable[Line], stage: str | None = None) -> Tally:
    """Counts over all lines, or those of one stage."""
    chosen = [line for line in lines if stage in (None, line.item.stage)]
    return Tally(
        done=sum(line.status == "done" for line in chosen),
        waived=sum(line.status == "waived" for line in chosen),
        not_needed=sum(line.status == "not_needed" for line in chosen),
        left=sum(not line.settled for line in chosen),
        overdue=sum(line.overdue for line in chosen),
    )


def remaining(lines: Sequence[Line], *, required_only: bool = False) -> timedelta:
    """The longest chain of hands-on time through what is left, dependencies first.

    An item without `how_long` takes none. Items are assumed free of cycles, as templates are.
    """
    left = {
        line.item.id: line.item
        for line in lines
        if not line.settled and (line.item.required or not required_only)
    }
    before = {
        item_id: [one for one in item.depends_on if one in left] for item_id, item in left.items()
    }
    ends: dict[str, timedelta] = {}
    for item_id in TopologicalSorter(before).static_order():
        start = max((ends[one] for one in before[item_id]), default=timedelta())
        ends[item_id] = start + (left[item_id].how_long or timedelta())
    return max(ends.values(), default=timedelta())

"""Ask for windows, keep what was found, book one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso, parse
from onboarding.customers.models import Turnup
from onboarding.cutovers import actions as cutovers
from onboarding.cutovers import queries as cutover_queries
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import ASSUMED_PEAK, length
from onboarding.cutovers.shapes import TEMPLATES
from onboarding.db import after_commit
from onboarding.errors import BadInput, NotFound, Refused
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record
from onboarding.windows import queries
from onboarding.windows.models import WindowSearch

MOST_TOGETHER = 40
MOST_DAYS = 28
LATEST = timedelta(days=365)
SLOT_MINUTES = 30


@dataclass(frozen=True)
class Terms:
    """What holds for a whole search: `margin` minutes beyond the plan, `near` lets a flip begin
    within a day of another one."""

    not_before: datetime
    days: int = MOST_DAYS
    margin: int = 30
    near: bool = False
    template: str = "canary"
    together: bool = False


def ask(session: Session, actor: Actor, turnups: Sequence[Turnup], terms: Terms) -> WindowSearch:
    """Have a worker look for windows. Raises BadInput at the field."""
    _check(turnups, terms)
    assert actor.user_id is not None, "a person asks"
    asked = {
        "not_before": iso(terms.not_before),
        "days": terms.days,
        "near": terms.near,
        "together": terms.together,
        "turnups": [_said(session, turnup, terms) for turnup in turnups],
    }
    search = WindowSearch(asked=asked, asked_by=actor.user_id, created_at=clock.now())
    session.add(search)
    session.flush()
    number = search.id
    for turnup in turnups:
        record(session, turnup.customer.stream, "window.asked", actor, {"search": number})
    after_commit(f"windows:{number}", lambda: enqueue_looking(number))
    return search


def enqueue_looking(search_id: int) -> bool:
    """Ask a worker to look now."""
    return enqueue("heavy", "onboarding.windows.jobs.look", search_id)


def _check(turnups: Sequence[Turnup], terms: Terms) -> None:
    now = clock.now()
    if terms.template not in TEMPLATES:
        raise BadInput("there is no such plan", place="template", hint=", ".join(TEMPLATES))
    if not now - timedelta(hours=1) <= terms.not_before <= now + LATEST:
        hint = "from now on, a year ahead at most"
        raise BadInput("this is too early or too late", place="not_before", hint=hint)
    if not 1 <= terms.days <= MOST_DAYS:
        raise BadInput(f"{terms.days} days", place="days", hint=f"1 to {MOST_DAYS}")
    if not turnups:
        raise BadInput("no turn-up is chosen", place="turnup", hint="choose at least one")
    if len(turnups) > MOST_TOGETHER:
        raise BadInput("too many at once", place="turnup", hint=f"{MOST_TOGETHER} at most")


def _said(session: Session, turnup: Turnup, terms: Terms) -> dict[str, Any]:
    """A booked cutover is looked at as it is planned; without one a template is."""
    if not turnup.hostnames:
        who = f"{turnup.customer.name}: {turnup.name}"
        raise BadInput(f"{who} has no hostname yet", place="turnup", hint="add one first")
    booked = cutover_queries.current(session, turnup.id)
    if booked is not None and booked.state == "running":
        raise Refused(f"“{booked.title}” goes on right now", hint="its window cannot be moved")
    if booked is not None and booked.state != "booked":
        booked = None
    plan = cutover_queries.plan_of(booked) if booked else TEMPLATES[terms.template].steps
    needed = int(-(-length(plan).total_seconds() // 60)) + terms.margin
    return {
        "turnup": turnup.id,
        "title": booked.title if booked else f"{turnup.customer.name}: {turnup.name}",
        "cutover": booked.id if booked else 0,
        "version": booked.version if booked else 0,
        "minutes": -(-needed // SLOT_MINUTES) * SLOT_MINUTES,
        "template": terms.template,
    }


def book(
    session: Session,
    actor: Actor,
    search_id: int,
    index: int,
    start: datetime,
    *,
    zone: str,
    despite: str = "",
) -> Cutover:
    """Book the window that begins at `start` for the `index`th turn-up of the search: a new cutover,
    or the booked one moved there. Everything that can stand in its way is looked at again. Raises
    BadInput, Refused, Stale."""
    search = queries.get(session, search_id)
    if not 0 <= index < len(search.asked["turnups"]):
        raise NotFound("There is no such turn-up in this search")
    said = search.asked["turnups"][index]
    end = start + timedelta(minutes=said["minutes"])
    _check_found(search, index, start)
    if said["cutover"]:
        moved = (session, actor, said["cutover"], start, end, said["version"])
        return cutovers.change_window(*moved, zone=zone, despite=despite)
    turnup = session.get_one(Turnup, said["turnup"], with_for_update={"of": Turnup})
    booked = cutover_queries.current(session, turnup.id)
    if booked is not None and booked.state in cutover_queries.OPEN:
        raise Refused(
            f"“{booked.title}” is booked meanwhile", hint="look for windows anew to move it"
        )
    return cutovers.book(
        session,
        actor,
        turnup,
        title="",
        starts_at=start,
        ends_at=end,
        steps=TEMPLATES[said["template"]].steps,
        hostnames=turnup.hostnames,
        wiring=cutovers.Wiring(),
        zone=zone,
        despite=despite,
        peak_hour=ASSUMED_PEAK,
    )


def _check_found(search: WindowSearch, index: int, start: datetime) -> None:
    """What was found to be impossible is not booked from here."""
    if search.state != "done":
        raise Refused("This search is not done", hint="wait for it, or ask anew")
    found = search.result[index]
    slot = (start - parse(found["origin"])) / timedelta(minutes=SLOT_MINUTES)
    number = int(slot)
    if slot != number or not 0 <= number < len(found["price"]):
        raise BadInput("this start was not looked at", place="start", hint="choose one shown here")
    if found["price"][number] is None:
        why = found["blocks"][found["block"][number]]
        raise BadInput(f"this window cannot be: {why}", place="start", hint="choose another one")


def begin(session: Session, search_id: int) -> dict[str, Any] | None:
    """What was asked, if the search is still to be made; it counts as running."""
    search = queries.get(session, search_id, lock=True)
    if search.state not in ("queued", "running"):
        return None
    search.state = "running"
    return dict(search.asked)


def note_progress(session: Session, search_id: int, done: float) -> None:
    """How much of it is done (0 to 1)."""
    search = queries.get(session, search_id, lock=True)
    if search.state == "running":
        search.done = round(done, 3)


def keep(session: Session, search_id: int, result: list[dict[str, Any]]) -> None:
    """What was found."""
    search = queries.get(session, search_id, lock=True)
    if search.state == "running":
        search.state, search.done, search.result = "done", 1.0, result
        search.finished_at = clock.now()


def give_up(session: Session, search_id: int, error: str) -> None:
    """It could not be made, and why."""
    search = queries.get(session, search_id, lock=True)
    search.state, search.error, search.finished_at = "failed", error, clock.now()

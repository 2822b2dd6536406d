"""Another round: what speaks for one, proposing it to the customer, and starting it."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from onboarding import clock
from onboarding.checklists import actions as checklists
from onboarding.checklists.models import ChecklistItem
from onboarding.checklists.queries import of_turnup as checklist_of
from onboarding.customers import actions as customers
from onboarding.customers.actions import Wish
from onboarding.customers.models import Turnup
from onboarding.errors import BadInput, NotFound, Refused
from onboarding.forecasts.traffic_models import TrafficFacts
from onboarding.outreach import drafting, figures, finding, queries, states, wording
from onboarding.outreach.booking import Booking, book, last_flip
from onboarding.outreach.chances import Chance, Day, Known, chances
from onboarding.outreach.models import OriginWatch, Outreach
from onboarding.outreach.sending import withdraw_drafts
from onboarding.trail.log import Actor, lock_stream, record

REST = timedelta(days=90)  # a chance that was proposed is not proposed again for so long
WEEK = timedelta(days=7)
STORM = timedelta(hours=2)  # misses that are over sooner were a cache being filled again
LOGS = "log-streaming"  # the checklists' item
#: What a round begun for a chance is to reach, in words.
WISHES = {
    "offload": "a better hit ratio",
    "ttl": "longer lifetimes in the cache",
    "purges": "purging by address or key",
    "logs": "log streaming",
}


def look(session: Session, turnup_id: int) -> list[Outreach]:
    """Propose what can be seen now; what was proposed of late, or is muted, is not again."""
    query = select(OriginWatch).where(OriginWatch.turnup_id == turnup_id)
    watch = session.scalar(query.options(undefer(OriginWatch.state)))
    if watch is None or watch.problem_since is not None:
        return []
    turnup = watch.turnup
    lock_stream(session, turnup.customer.stream)
    found = list(chances(known(session, watch)))
    return [row for one in found if (row := propose(session, turnup, one)) is not None]


def known(session: Session, watch: OriginWatch) -> Known:
    """What the rules are asked with."""
    turnup, today = watch.turnup, f"{clock.now():%Y-%m-%d}"
    days = [Day(*n) for day, n in sorted(watch.state.get("days", {}).items()) if day < today]
    goals = [goal.figure for goal in turnup.goals if goal.kind == "offload" and goal.figure]
    facts = session.get(TrafficFacts, turnup.id)
    return Known(
        days=days[-7:],
        goal=goals[-1] if goals else None,
        cacheable=100.0 * facts.cacheable if facts and facts.cacheable is not None else None,
        storms=_storms(session, turnup.id),
        logs=_logs(session, turnup),
    )


def _storms(session: Session, turnup_id: int) -> int:
    """How often within a week the cache had to be filled again."""
    query = select(Outreach).where(
        Outreach.turnup_id == turnup_id,
        Outreach.kind == "trouble",
        Outreach.healed_at.is_not(None),
        Outreach.opened_at > clock.now() - WEEK,
    )
    those = [one for one in session.scalars(query) if set(one.signals) == {"misses"}]
    short = [one for one in those if one.healed_at and one.healed_at - one.onset < STORM]
    return sum(1 + one.repeats for one in short)


def _logs(session: Session, turnup: Turnup) -> bool | None:
    """Whether logs are streamed: by the checklist's item, else by what the customer answered."""
    checklist = checklist_of(session, turnup.id)
    if checklist is not None:
        query = select(ChecklistItem.state).where(
            ChecklistItem.checklist_id == checklist.id, ChecklistItem.key == LOGS
        )
        state = session.scalar(query)
        if state in ("done", "waived"):
            return state == "done"
    wanted = turnup.customer.facts.get("logging")
    return False if wanted is False else None


def propose(session: Session, turnup: Turnup, one: Chance) -> Outreach | None:
    """Draft a proposal to the customer; None where it was made of late, or all is muted."""
    holds = f"chance:{turnup.id}:{one.key}"
    before = select(func.count(Outreach.id)).where(
        Outreach.turnup_id == turnup.id,
        Outreach.kind == "chance",
        Outreach.cause == one.key,
        Outreach.opened_at > clock.now() - REST,
    )
    if session.scalar(before) or queries.holding(session, holds) is not None:
        return None
    if queries.muted(session, turnup.customer_id, ""):
        return None
    row = finding.opened(session, turnup, "chance")
    row.holds, row.cause = holds, one.key
    row.figures = {
        "observed": figures.chance(one.key, one.observed),
        "could": figures.chance(one.key, one.could),
    }
    row.subject, row.text = wording.chance(drafting.about(session, row), one)
    session.flush()
    finding.announce(session, row)
    return row


def start(
    session: Session,
    actor: Actor,
    turnup_id: int,
    wish: str,
    booking: Booking | None = None,
    *,
    outreach_id: int | None = None,
    names: Collection[str] | None = None,
) -> Turnup:
    """Another round of a live turn-up: its hostnames (those of `names`, if given), its checklist, a
    goal in words, and where it is to be booked its cutover, as the last flip was. Closes the
    outreach that it came of. Raises Refused, NotFound, BadInput."""
    former = session.get(Turnup, turnup_id)
    if former is None:
        raise NotFound(f"There is no turn-up {turnup_id}")
    lock_stream(session, former.customer.stream)
    row = queries.get(session, outreach_id, lock=True) if outreach_id is not None else None
    if row is not None:
        _take(session, actor, row)
    made = customers.open_turnup(session, actor, former.customer, f"{former.name}: {wish}"[:100])
    taken = [host.name for host in former.hostnames if names is None or host.name in names]
    if not taken and former.hostnames:
        raise BadInput("no hostname is chosen", place="hostname", hint="choose at least one")
    for name in taken:
        customers.add_hostname(session, actor, made, name)
    customers.add_goal(session, actor, made, _goal(row, wish))
    _with_checklist(session, actor, former, made)
    customers.move_stage(session, actor, made, "config")
    session.refresh(made)
    if booking is not None:
        last = last_flip(session, former.id)
        book(session, actor, made, made.hostnames, last, booking)
    payload: dict[str, Any] = {"turnup": made.id, "former": former.id, "outreach": outreach_id}
    record(session, former.customer.stream, "outreach.round", actor, payload)
    if row is not None:
        row.round_id = made.id
    return made


def _take(session: Session, actor: Actor, row: Outreach) -> None:
    if row.kind != "chance":
        raise Refused("Trouble starts no round", hint="answer it, then start one on the turn-up")
    row.state = states.after(row.state, "start")
    row.ended_at, row.outcome, row.holds = clock.now(), "useful", None
    withdraw_drafts(session, row)
    payload = {"outreach": row.id, "turnup": row.turnup_id, "outcome": row.outcome}
    record(session, row.customer.stream, "outreach.closed", actor, payload)


def _goal(row: Outreach | None, wish: str) -> Wish:
    """What the round is to reach: a figure where the chance has one."""
    if row is not None and row.cause in ("offload", "ttl"):
        return Wish("offload", wish, float(str(row.figures["could"]).removesuffix(" %")))
    return Wish("feature", wish)


def _with_checklist(session: Session, actor: Actor, former: Turnup, made: Turnup) -> None:
    """The same template as before, where it is still on the shelf."""
    before = checklist_of(session, former.id)
    if before is None:
        return
    try:
        checklists.start(session, actor, made, before.template)
    except NotFound:
        return  # its page asks for another


def wish_of(row: Outreach) -> str:
    """What a round begun for this chance is to reach."""
    return WISHES.get(row.cause, "")


def candidates(session: Session) -> Iterable[int]:
    """Turn-ups whose figures are looked at for chances."""
    return session.scalars(select(OriginWatch.turnup_id).order_by(OriginWatch.turnup_id)).all()

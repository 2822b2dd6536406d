"""Writes of comparisons: ask for a run, keep what it found, accept a difference."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.comparisons import queries
from onboarding.comparisons.answers import Differs, Seen, differences, same
from onboarding.comparisons.models import Comparison, Difference, Pair
from onboarding.customers.models import Turnup
from onboarding.db import after_commit
from onboarding.errors import BadInput, Refused
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record

RUN = "onboarding.comparisons.jobs.run"
JOB = Actor("comparison", "job")


def ask(
    session: Session, actor: Actor, turnup: Turnup, urls: Sequence[str], old_at: str, new_at: str
) -> Comparison:
    """Have a worker compare both paths. Raises Refused while a run is on its way, and BadInput
    where both paths would be the same."""
    session.scalar(select(Turnup.id).where(Turnup.id == turnup.id).with_for_update())
    newest = queries.latest(session, turnup.id)
    if newest is not None and newest.state == "asked":
        raise Refused("A comparison is on its way", hint="wait until it is done")
    if old_at == new_at:
        hint = "name the host of the new path, such as the edge hostname"
        raise BadInput("both paths are the same", place="new_at", hint=hint)
    run = Comparison(
        turnup_id=turnup.id,
        urls=list(urls),
        old_at=old_at,
        new_at=new_at,
        asked_by=actor.user_id,
        asked_at=clock.now(),
    )
    session.add(run)
    session.flush()
    payload = {"turnup": turnup.id, "comparison": run.id, "urls": len(urls)}
    record(session, turnup.customer.stream, "comparison.asked", actor, payload)
    number = run.id
    after_commit(f"comparison:{number}", lambda: enqueue_run(number))
    return run


def enqueue_run(number: int) -> None:
    """Ask a worker; servers that keep us waiting keep nobody's mail waiting."""
    enqueue("heavy", RUN, number, once=f"comparison-{number}")


def left_behind(session: Session, after: timedelta = timedelta(minutes=1)) -> list[int]:
    """Runs that were asked for a while ago and are not done: their job may be lost."""
    query = select(Comparison.id).where(
        Comparison.state == "asked", Comparison.asked_at < clock.now() - after
    )
    return list(session.scalars(query))


def note_answers(session: Session, number: int, answers: Sequence[tuple[str, Seen, Seen]]) -> None:
    """Keep (URL, old, new) of a run. What was accepted in the run before and differs in the same
    way stays accepted. A run that is done stays as it is."""
    run = session.scalar(
        select(Comparison).where(Comparison.id == number).with_for_update(of=Comparison)
    )
    if run is None or run.state == "done":
        return
    accepted = _accepted(queries.before(session, run))
    for position, (url, old, new) in enumerate(answers):
        rows = [_row(one, accepted.get(url, ())) for one in differences(old, new)]
        run.pairs.append(
            Pair(position=position, url=url, old=asdict(old), new=asdict(new), differences=rows)
        )
    run.state, run.done_at = "done", clock.now()
    found = sum(row.accepted_at is None for pair in run.pairs for row in pair.differences)
    payload = {"turnup": run.turnup_id, "comparison": run.id, "open": found}
    record(session, run.turnup.customer.stream, "comparison.done", JOB, payload)


def accept(
    session: Session, actor: Actor, number: int, reason: str, everywhere: bool = False
) -> None:
    """Somebody answers by name for a difference; `everywhere` for all open ones of its kind (and
    header) in the run. Raises NotFound, and BadInput without a reason."""
    chosen = queries.difference(session, number)
    run = chosen.pair.comparison
    session.scalar(select(Comparison.id).where(Comparison.id == run.id).with_for_update())
    if not reason.strip():
        raise BadInput("a reason is needed", place="reason", hint="say why it may differ")
    like = [d for pair in run.pairs for d in pair.differences
            if (d.kind, d.name) == (chosen.kind, chosen.name)]  # fmt: skip
    taken = [d for d in (like if everywhere else [chosen]) if d.accepted_at is None]
    for row in taken:
        row.accepted_by, row.accepted_at, row.reason = actor.user_id, clock.now(), reason.strip()
    if taken:
        payload = {"turnup": run.turnup_id, "comparison": run.id, "many": len(taken)}
        said = {"reason": reason.strip()}
        record(session, run.turnup.customer.stream, "comparison.accepted", actor, payload, said)


def reopen(session: Session, actor: Actor, number: int) -> None:
    """Take back what somebody answered for: the difference is open again, in the newest run, which
    is the one that counts. Raises NotFound, and Refused in an earlier run."""
    row = queries.difference(session, number)
    run = row.pair.comparison
    session.scalar(select(Comparison.id).where(Comparison.id == run.id).with_for_update())
    session.refresh(row)
    newest = queries.latest(session, run.turnup_id)
    if newest is None or newest.id != run.id:
        hint = "take it back in the newest one"
        raise Refused("This comparison is not the newest", hint=hint)
    if row.accepted_at is None:
        return
    said = {"reason": row.reason}
    row.accepted_by, row.accepted_at, row.reason = None, None, ""
    payload = {"turnup": run.turnup_id, "comparison": run.id, "difference": row.id}
    record(session, run.turnup.customer.stream, "comparison.reopened", actor, payload, said)


def _accepted(run: Comparison | None) -> dict[str, list[Difference]]:
    """The accepted differences of a run by URL."""
    pairs = run.pairs if run else []
    return {p.url: [d for d in p.differences if d.accepted_at is not None] for p in pairs}


def _row(found: Differs, accepted: Sequence[Difference]) -> Difference:
    row = Difference(kind=found.kind, name=found.name, old=found.old, new=found.new)
    for one in accepted:
        if same(Differs(one.kind, one.name, one.old, one.new), found):
            row.accepted_by, row.accepted_at = one.accepted_by, one.accepted_at
            row.reason = one.reason
    return row

"""Feature requests: what customers want of the product, and who wants it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, NotFound
from onboarding.knowledge.areas import AREAS, area_of
from onboarding.knowledge.models import FeatureRequest, Wanted
from onboarding.knowledge.ranking import Candidate, rank
from onboarding.knowledge.terms import asked, stems
from onboarding.trail.log import Actor, lock_stream, record

STATES = ("open", "planned", "shipped", "declined")
LONGEST_TITLE, LONGEST = 200, 4000
LOOKED_AT = 500  # requests among which one like a new one is looked for


@dataclass(frozen=True)
class Heard:
    """Where it was heard: `ref` names the place, `words` are those of whoever wants it."""

    ref: str
    link: str = ""
    words: str = ""
    customer_id: int | None = None


def make(session: Session, actor: Actor, title: str, text: str, area: str = "") -> FeatureRequest:
    """A new request. Raises BadInput at the field."""
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE:
        hint = f"what is wanted in one line, at most {LONGEST_TITLE} characters"
        raise BadInput("this is no title", place="title", hint=hint)
    if area and area not in AREAS:
        raise BadInput(f"{area!r} is no area", place="area", hint=f"one of {', '.join(AREAS)}")
    row = FeatureRequest(title=title, text=text.strip()[:LONGEST], made_at=clock.now())
    row.area, row.made_by = area or area_of(title, text), actor.user_id
    session.add(row)
    session.flush()
    record(session, row.stream, "request.made", actor, {"request": row.id, "area": row.area})
    return row


def want(session: Session, actor: Actor, request_id: int, heard: Heard) -> Wanted:
    """Somebody was heard to want it; the same place again is the same."""
    row = get(session, request_id)
    lock_stream(session, row.stream)
    query = select(Wanted).where(Wanted.request_id == row.id, Wanted.ref == heard.ref)
    known = session.scalar(query)
    if known is not None:
        return known
    wanted = Wanted(request_id=row.id, ref=heard.ref, link=heard.link, words=heard.words[:LONGEST])
    wanted.customer_id, wanted.heard_by = heard.customer_id, actor.user_id
    wanted.at = clock.now()
    session.add(wanted)
    session.flush()
    said = {"request": row.id, "ref": heard.ref, "customer": heard.customer_id}
    record(session, row.stream, "request.wanted", actor, said, {"words": wanted.words})
    return wanted


def turn(session: Session, actor: Actor, request_id: int, state: str, why: str) -> FeatureRequest:
    """What becomes of it, and why. Raises BadInput."""
    if state not in STATES:
        hint = f"one of {', '.join(STATES)}"
        raise BadInput(f"{state!r} is no state", place="state", hint=hint)
    row = get(session, request_id)
    row.state, row.why = state, why
    record(session, row.stream, "request.turned", actor, {"request": row.id, "state": state})
    return row


def get(session: Session, request_id: int) -> FeatureRequest:
    """One request. Raises NotFound."""
    found = session.get(FeatureRequest, request_id)
    if found is None:
        raise NotFound(f"There is no feature request {request_id}", hint="see /knowledge/requests")
    return found


def listed(
    session: Session, state: str, limit: int, offset: int = 0
) -> tuple[list[tuple[FeatureRequest, int]], int]:
    """A page of requests with how many customers want each, most wanted first; and how many there
    are in all. `state` empty is all."""
    wanted = (
        select(Wanted.request_id, func.count(func.distinct(Wanted.customer_id)).label("many"))
        .group_by(Wanted.request_id)
        .subquery()
    )
    many = func.coalesce(wanted.c.many, 0)
    query = select(FeatureRequest, many).outerjoin(wanted, wanted.c.request_id == FeatureRequest.id)
    count = select(func.count()).select_from(FeatureRequest)
    if state:
        query = query.where(FeatureRequest.state == state)
        count = count.where(FeatureRequest.state == state)
    ordered = query.order_by(many.desc(), FeatureRequest.id.desc()).limit(limit).offset(offset)
    return [(row, number) for row, number in session.execute(ordered)], session.scalar(count) or 0


def like(session: Session, words: str, limit: int = 5) -> Sequence[FeatureRequest]:
    """Open requests that may be the same as what `words` say, the closest first."""
    query = select(FeatureRequest).where(FeatureRequest.state.in_(("open", "planned")))
    rows = session.scalars(query.order_by(FeatureRequest.id.desc()).limit(LOOKED_AT)).all()
    known = [Candidate(row.id, stems(row.title), stems(row.text)) for row in rows]
    by_id = {row.id: row for row in rows}
    words_asked = asked(words)
    best = rank(words_asked, known, len(known))[:limit] if words_asked else []
    return [by_id[one.id] for one in best]

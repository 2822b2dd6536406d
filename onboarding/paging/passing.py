"""What a page is about goes to somebody else: the page calls them, and nobody before them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from onboarding.paging import actions, queries
from onboarding.people.models import User
from onboarding.trail.log import Actor, record


def pass_on(session: Session, actor: Actor, key: str, audience: Sequence[str], why: str) -> None:
    """Let the page of `key` that is not resolved call `audience` instead, the first of them at
    once; what waits to go out to others is taken back. Who is first and took it over themselves, or
    has acknowledged the page, has it: nobody is called. Nothing where there is no such page."""
    row = queries.by_key(session, key)
    if row is None or row.audience == list(audience):
        return
    row = queries.get(session, row.id, lock=True)
    takes = {f"user:{actor.user_id}": actor.user_id, f"user:{row.holder_id}": row.holder_id}
    holder = takes.get(audience[0])
    if holder is None:
        actions.resolve(session, actor, row.id, why)
        begun = (list(audience), row.text, row.link, key, row.severity)
        actions.page(session, actor, row.subject, *begun, wait_s=row.wait_s)
        return
    actions.turn_to(session, row, audience)
    said = {"page": row.id, "key": key, "round": row.round, "audience": list(audience)}
    record(session, row.subject, "page.passed_on", actor, said, {"words": why})
    if row.holder_id != holder:
        row.state = "open"
        actions.acknowledge(session, actor, session.get_one(User, holder), row.id)

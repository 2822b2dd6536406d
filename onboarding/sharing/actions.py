"""Make and revoke share links."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.customers.queries import people_of
from onboarding.cutovers import queries as cutovers
from onboarding.db import after_commit
from onboarding.errors import BadInput, NotFound
from onboarding.live.pings import publish_all
from onboarding.people.actions import fingerprint
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import Actor, record

LONGEST_DAYS = 365


def make_link(
    session: Session,
    actor: Actor,
    turnup: Turnup,
    label: str = "",
    days: int = 90,
    for_user: int | None = None,
) -> tuple[ShareLink, str]:
    """A new link and its token, which is shown once: (link, token). Whoever has it sees the page;
    `for_user`, somebody of the customer's, can also work the checklist with it without signing in.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput(
            f"{days} days", place="days", hint=f"a link lives from 1 to {LONGEST_DAYS} days"
        )
    if for_user is not None and for_user not in _people(session, turnup):
        raise BadInput(
            "this is nobody of the customer's", place="person", hint="choose from the list"
        )
    assert actor.user_id is not None, "a person shares"
    token = secrets.token_urlsafe(24)
    now = clock.now()
    link = ShareLink(
        turnup=turnup,
        token_hash=fingerprint(token),
        label=label,
        for_user=for_user,
        made_by=actor.user_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(link)
    session.flush()
    payload = {"link": link.id, "days": days, "works_for": for_user}
    record(session, turnup.customer.stream, "share.made", actor, payload)
    return link, token


def _people(session: Session, turnup: Turnup) -> set[int]:
    return {one.id for one in people_of(session, turnup.customer) if one.active}


def revoke(session: Session, actor: Actor, link_id: int) -> ShareLink:
    """The link stops working at once, open pages included."""
    link = session.get(ShareLink, link_id)
    if link is None:
        raise NotFound(f"There is no link {link_id}")
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        record(session, link.turnup.customer.stream, "share.revoked", actor, {"link": link.id})
        _end_open_pages(session, link)
    return link


def _end_open_pages(session: Session, link: ShareLink) -> None:
    """Open pages follow a cutover's stream: have them look at their link now."""
    streams = [c.stream for c in cutovers.of_turnup(session, link.turnup_id)]
    pings = [(stream, "entry", dict[str, Any]()) for stream in streams]
    after_commit(f"share:{link.id}", lambda: publish_all(pings))

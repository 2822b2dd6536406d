"""Make and revoke share links; say what a page shows."""

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
from onboarding.posts.subscribing import end_of_source
from onboarding.rooms import queries as rooms
from onboarding.rosters.models import PageSettings
from onboarding.sharing.locks import allowed_domains, phrase_hash
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import Actor, lock_stream, record

LONGEST_DAYS = 365


def make_link(
    session: Session,
    actor: Actor,
    turnup: Turnup,
    label: str = "",
    days: int = 90,
    *,
    for_user: int | None = None,
    language: str = "",
    phrase: str = "",
    domains: str = "",
) -> tuple[ShareLink, str]:
    """A new link and its token, which is shown once: (link, token). Whoever has it sees the page,
    once the locks on it are open: `phrase`, and a code to an address in `domains` (with commas
    between). `for_user`, somebody of the customer's, can also work the checklist, ask and hold with
    it without signing in. `language`: "" leaves it to the reader. Raises BadInput naming the field.
    """
    if not 1 <= days <= LONGEST_DAYS:
        hint = f"a link lives from 1 to {LONGEST_DAYS} days"
        raise BadInput(f"{days} days", place="days", hint=hint)
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
        language=language,
        phrase_hash=phrase_hash(phrase),
        domains=allowed_domains(domains),
        made_by=actor.user_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(link)
    session.flush()
    locks = [*(["phrase"] if link.phrase_hash else []), *link.domains]
    payload = {"link": link.id, "days": days, "works_for": for_user, "locks": locks}
    record(session, turnup.customer.stream, "share.made", actor, payload)
    return link, token


def show_standby(session: Session, actor: Actor, turnup_id: int, shown: str) -> None:
    """What the turn-up's page shows of who stands by: a key of `STANDBY`, or "" for the
    installation's setting. Open pages follow at once."""
    turnup = session.get(Turnup, turnup_id)
    if turnup is None:
        raise NotFound(f"There is no turn-up {turnup_id}")
    lock_stream(session, turnup.customer.stream)
    row = session.get(PageSettings, turnup_id)
    if row is None:
        row = PageSettings(turnup_id=turnup_id)
        session.add(row)
    row.standby_shown = shown
    payload = {"turnup": turnup_id, "standby": shown}
    record(session, turnup.customer.stream, "share.page", actor, payload)
    cutover = cutovers.current(session, turnup_id)
    if cutover is not None:
        record(session, cutover.stream, "share.page", actor, payload)


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
        end_of_source(session, f"share:{link.id}")
        _end_open_pages(session, link)
    return link


def _end_open_pages(session: Session, link: ShareLink) -> None:
    """Open pages follow the stream of a cutover, or of the customer, and that of its room: have them
    look at their link now."""
    about = [c.stream for c in cutovers.of_turnup(session, link.turnup_id)]
    about.append(link.turnup.customer.stream)
    streams = [*about, *(room.stream for room in rooms.by_keys(session, about))]
    pings = [(stream, "entry", dict[str, Any]()) for stream in streams]
    after_commit(f"share:{link.id}", lambda: publish_all(pings))

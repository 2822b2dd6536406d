"""What a customer's page shows, read into the fields of `shared.SharedPage`; and its links."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound
from onboarding.people.actions import fingerprint
from onboarding.people.models import Team, User
from onboarding.posts import queries as posts
from onboarding.posts.reading import shown
from onboarding.ramps import queries as ramps
from onboarding.ramps.leases import alive
from onboarding.ramps.models import Ramp
from onboarding.ramps.states import DRIVEN
from onboarding.rosters import queries as rosters
from onboarding.rosters.models import PageSettings
from onboarding.sharing.models import ShareLink
from onboarding.sharing.shared import (
    HOLDABLE,
    PLAIN_STATES,
    STANDBY,
    Pulse,
    SharedPage,
    SharedPerson,
    SharedStep,
    SharedWindow,
)
from onboarding.switches.selectors import from_json
from onboarding.trail.following import waiting_since
from onboarding.trail.log import head_number
from onboarding.web.language import LANGUAGES, language, marked

LATE = timedelta(seconds=20)  # a post that is not there by then is late


def link_by_token(session: Session, token: str) -> ShareLink:
    """The link, if it is one, unrevoked and unexpired. Raises NotFound in the same words for all."""
    query = select(ShareLink).where(ShareLink.token_hash == fingerprint(token))
    link = session.scalar(query)
    if link is None or not works(link):
        raise NotFound(
            marked("This link does not work any more"),
            hint=marked("ask your account manager for a new one"),
        )
    return link


def works(link: ShareLink | None) -> bool:
    """Whether the link is there, unrevoked and unexpired."""
    return link is not None and link.revoked_at is None and link.expires_at > clock.now()


def shown_cutover(session: Session, turnup: Turnup) -> Cutover | None:
    """The cutover that the page is about: the current one, else the one called off last."""
    current = cutovers.current(session, turnup.id)
    return current or next(iter(cutovers.of_turnup(session, turnup.id)), None)


def links_of(session: Session, turnup_id: int) -> Sequence[ShareLink]:
    """The links to a turn-up's page that were made, those that still work first."""
    query = select(ShareLink).where(ShareLink.turnup_id == turnup_id)
    return session.scalars(
        query.order_by(ShareLink.revoked_at.is_not(None), ShareLink.id.desc())
    ).all()


def stream_of(session: Session, turnup: Turnup) -> str:
    """The stream that the page follows: the cutover's, or the customer's while there is none."""
    cutover = shown_cutover(session, turnup)
    return cutover.stream if cutover else turnup.customer.stream


def page(session: Session, turnup: Turnup) -> SharedPage:
    """The page as it stands now."""
    cutover = shown_cutover(session, turnup)
    # before all else: what is committed while we read must come to the open page as an event
    number = head_number(session, cutover.stream if cutover else turnup.customer.stream)
    ramp = ramps.current(session, cutover.id) if cutover else None
    state = _state(cutover, ramp)
    return SharedPage(
        customer=turnup.customer.name,
        turnup=turnup.name,
        timezone=turnup.customer.timezone,
        hostnames=tuple(h.name for h in (cutover.hostnames if cutover else turnup.hostnames)),
        title=cutover.title if cutover else turnup.name,
        practice=cutover.practice if cutover else False,
        state=state,
        share=(ramp.share or 0.0) if ramp else 0.0,
        target=ramp.target_share if ramp else 0.0,
        read_at=ramp.read_at if ramp else None,
        starts_at=cutover.starts_at if cutover else None,
        ends_at=cutover.ends_at if cutover else None,
        steps=_steps(session, cutover, ramp) if cutover else (),
        standing_by=_standing_by(session, cutover) if cutover else (),
        coming=_coming(session, turnup, cutover),
        posts=_posts(session, cutover, turnup.customer.timezone) if cutover else (),
        next_update_at=_next_update(session, cutover),
        holds=cutover is not None and cutover.customer_holds and state in HOLDABLE,
        pulse=pulse(session, cutover.stream, ramp) if cutover else Pulse(),
        number=number,
    )


def _posts(session: Session, cutover: Cutover, zone: str) -> tuple[tuple[datetime, str], ...]:
    said = posts.latest(session, cutover.id, "customer", 20)
    seen = shown(session, said, language(), zone, cutover.practice)
    return tuple((one.at, one.text) for one in seen)


def _next_update(session: Session, cutover: Cutover | None) -> datetime | None:
    promised = posts.cadence(session, cutover.id) if cutover else None
    return promised.due_at if promised else None


def _state(cutover: Cutover | None, ramp: Ramp | None) -> str:
    if cutover is None:
        return "none"
    if cutover.state == "cancelled":
        return "off"
    if ramp is not None:
        return PLAIN_STATES[ramp.state]
    return "done" if cutover.state == "done" else "planned"


def _steps(session: Session, cutover: Cutover, ramp: Ramp | None) -> tuple[SharedStep, ...]:
    reached = ramp.step if ramp else 0
    rows = list(zip(cutover.steps, cutovers.timetable(session, cutover), strict=True))
    behind = _behind(cutover, ramp, [at for _, (at, _) in rows])
    return tuple(
        SharedStep(
            step.share,
            at + behind if step.position > reached else at,
            _place(step.position, reached),
            str(from_json(step.selector) or ""),
            step.needs_go,
        )
        for step, (at, _) in rows
    )


def _behind(cutover: Cutover, ramp: Ramp | None, planned: list[datetime]) -> timedelta:
    """By how much the steps to come of a run are later (or earlier) than planned: the next comes
    when the hold of the present one is over, and never in the past."""
    if ramp is None or ramp.state not in DRIVEN or not 0 <= ramp.step < len(planned):
        return timedelta()
    expected = clock.now()
    if ramp.step:
        left = cutover.steps[ramp.step - 1].hold_s - ramp.held_s
        expected += timedelta(seconds=max(0.0, left))
    return timedelta(seconds=round((expected - planned[ramp.step]).total_seconds()))


def _place(position: int, reached: int) -> str:
    if position < reached:
        return "done"
    if position == reached:
        return "now"
    return "next" if position == reached + 1 else "later"


def page_settings(session: Session, turnup_id: int) -> dict[str, Any]:
    """What staff may choose of a turn-up's page: the words for each choice, what was chosen, and
    the cutover whose hold the customer may ask for, where one is open."""
    row, cutover = session.get(PageSettings, turnup_id), cutovers.current(session, turnup_id)
    return {
        "choices": STANDBY,
        "default": settings().show_standby,
        "chosen": row.standby_shown if row else "",
        "languages": LANGUAGES,
        "cutover": cutover if cutover and cutover.state in ("booked", "running") else None,
    }


def _standing_by(session: Session, cutover: Cutover) -> tuple[SharedPerson, ...]:
    """Those who accepted, as far as customers see them."""
    shown = rosters.standby_shown(session, cutover.turnup_id)
    if shown == "nobody":
        return ()
    teams = {team.key: team.name for team in session.scalars(select(Team))}
    found = [
        SharedPerson(
            seat.user.name.split()[0] if shown == "names" else "",
            teams.get(seat.team, seat.team),
            seat.role,
        )
        for seat in rosters.seats(session, cutover.id)
        if seat.user is not None and seat.state == "accepted"
    ]
    return tuple(dict.fromkeys(found))


def speaker(session: Session, turnup_id: int, user: User) -> str:
    """Who speaks, as the page names them: the customer's own people by name, the vendor's by the
    rule for who stands by; "" where nothing of them is shown."""
    if user.role == "customer":
        return user.name
    shown = rosters.standby_shown(session, turnup_id)
    if shown == "names":
        return user.name.split()[0]
    return user.team.name if shown == "teams" and user.team else ""


def _coming(session: Session, turnup: Turnup, shown: Cutover | None) -> tuple[SharedWindow, ...]:
    """Cutovers of the turn-up that are booked beside the one that is shown, the next first."""
    booked = [
        SharedWindow(one.title, one.starts_at, one.ends_at)
        for one in cutovers.of_turnup(session, turnup.id)
        if one is not shown and one.state == "booked" and one.ends_at > clock.now()
    ]
    return tuple(sorted(booked, key=lambda window: window.starts_at))


def pulse(session: Session, stream: str, ramp: Ramp | None) -> Pulse:
    """Whether conductor and workers do their part for the page of `stream`."""
    driven = ramp is None or ramp.state not in DRIVEN or alive(ramp)
    since = waiting_since(session, "posts", stream)
    late = since is not None and clock.now() - since > LATE
    return Pulse(driven, since if late else None)


def beat(session: Session, turnup: Turnup) -> Pulse:
    """The same, of the page as it stands now."""
    cutover = shown_cutover(session, turnup)
    if cutover is None:
        return Pulse()
    return pulse(session, cutover.stream, ramps.current(session, cutover.id))


def newest_figures(session: Session, turnup: Turnup) -> dict[str, Any] | None:
    """The conductor's last tick of the cutover that the page is about, while one drives it."""
    cutover = shown_cutover(session, turnup)
    return ramps.ticked(session, cutover.id) if cutover else None

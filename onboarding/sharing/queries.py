"""What a customer's page shows: exactly the fields of `SharedPage`, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound
from onboarding.people.actions import fingerprint
from onboarding.posts import queries as posts
from onboarding.ramps import queries as ramps
from onboarding.ramps.models import Ramp
from onboarding.rosters import queries as rosters
from onboarding.sharing.models import ShareLink
from onboarding.switches.selectors import from_json
from onboarding.trail.log import head_number

PLAIN_STATES = {
    "idle": "planned",
    "holding": "moving",
    "advancing": "moving",
    "waiting_go": "waiting",
    "undecided": "holding",
    "held": "holding",
    "proposed": "holding",
    "drifted": "holding",
    "stepping_back": "holding",
    "restoring": "holding",
    "unwinding": "going_back",
    "lowered": "going_back",
    "rolling_back": "going_back",
    "rolled_back": "back",
    "finished": "done",
    "abandoned": "stopped",
}


@dataclass(frozen=True)
class SharedStep:
    """A step of the plan as the customer sees it. `state`: done, now, next or later."""

    share: float
    at: datetime
    state: str
    picked: str = ""  # what is moved whole


@dataclass(frozen=True)
class SharedPage:
    """Everything that may appear on a customer's page.

    `state`: none (nothing booked), planned, moving, waiting, holding, going_back, back, done,
    stopped, off. `share` is what was last read back from the switch; `read_at` when.
    """

    customer: str
    turnup: str
    timezone: str
    hostnames: tuple[str, ...]
    title: str
    practice: bool
    state: str
    share: float
    target: float
    read_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    steps: tuple[SharedStep, ...]
    standing_by: tuple[tuple[str, str], ...]
    posts: tuple[tuple[datetime, str], ...]
    number: int


def link_by_token(session: Session, token: str) -> ShareLink:
    """The link, if it is one, unrevoked and unexpired. Raises NotFound in the same words for all."""
    query = select(ShareLink).where(ShareLink.token_hash == fingerprint(token))
    link = session.scalar(query)
    if link is None or not works(link):
        raise NotFound(
            "This link does not work any more", hint="ask your account manager for a new one"
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
    said = posts.latest(session, cutover.id, "customer", 20) if cutover else ()
    return SharedPage(
        customer=turnup.customer.name,
        turnup=turnup.name,
        timezone=turnup.customer.timezone,
        hostnames=tuple(h.name for h in (cutover.hostnames if cutover else turnup.hostnames)),
        title=cutover.title if cutover else turnup.name,
        practice=cutover.practice if cutover else False,
        state=_state(cutover, ramp),
        share=(ramp.share or 0.0) if ramp else 0.0,
        target=ramp.target_share if ramp else 0.0,
        read_at=ramp.read_at if ramp else None,
        starts_at=cutover.starts_at if cutover else None,
        ends_at=cutover.ends_at if cutover else None,
        steps=_steps(session, cutover, ramp) if cutover else (),
        standing_by=_standing_by(session, cutover) if cutover else (),
        posts=tuple((post.at, post.text) for post in said),
        number=number,
    )


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
    rows = zip(cutover.steps, cutovers.timetable(session, cutover), strict=True)
    return tuple(
        SharedStep(
            step.share,
            at,
            _place(step.position, reached),
            str(from_json(step.selector) or ""),
        )
        for step, (at, _) in rows
    )


def _place(position: int, reached: int) -> str:
    if position < reached:
        return "done"
    if position == reached:
        return "now"
    return "next" if position == reached + 1 else "later"


def _standing_by(session: Session, cutover: Cutover) -> tuple[tuple[str, str], ...]:
    """First names and teams of those who accepted: (first name, team)."""
    return tuple(
        (seat.user.name.split()[0], seat.team)
        for seat in rosters.seats(session, cutover.id)
        if seat.user is not None and seat.state == "accepted"
    )

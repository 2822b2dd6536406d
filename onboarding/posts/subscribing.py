"""Who gets posts: subscribe, confirm, change, end."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer, Hostname, Member, Turnup
from onboarding.cutovers.models import Cutover, CutoverHostname
from onboarding.errors import BadInput, NotFound, Refused, marked
from onboarding.outbox.actions import post as post_letter
from onboarding.outbox.actions import withdraw_to
from onboarding.people.models import User
from onboarding.posts.fields import AUDIENCES, LANGUAGES
from onboarding.posts.letters import confirmation, letter
from onboarding.posts.models import Post, Subscription, running
from onboarding.posts.quiet import DIGESTS, hours
from onboarding.posts.reach import recipient as checked_recipient
from onboarding.posts.reading import own_wordings, text_of
from onboarding.trail.log import Actor, record

SCOPES = ("cutover", "turnup", "hostname")
PLANNED = ("cutover.booked", "cutover.changed")
MANY = marked("{n} addresses follow this already")
MOST = 200  # subscriptions of one scope: an open page is no way to mail the world


@dataclass(frozen=True)
class Wish:
    """What somebody wants to get. `scope`, `quiet` and `digest` as in `Subscription`."""

    scope: str
    audience: str
    channel: str
    recipient: str
    language: str = "en"
    zone: str = "UTC"
    quiet: str = ""
    digest: str = ""
    user_id: int | None = None
    source: str = ""
    lasts_until: datetime | None = None


def language_of(user: User) -> str:
    """The language that posts for `user` are in: the first of theirs that there are texts in."""
    return next((one for one in user.languages if one in LANGUAGES), "en")


def subscribe(session: Session, actor: Actor, wish: Wish, *, confirmed: bool) -> Subscription:
    """Send posts there from now on; a second time changes how. Unless `confirmed`, whoever has the
    address is asked first, at most once an hour. Raises BadInput at the field, Refused where there
    are too many."""
    address = checked_recipient(wish.channel, wish.recipient)
    _checked(wish)
    row = session.scalar(
        select(Subscription).where(
            Subscription.scope == wish.scope,
            Subscription.channel == wish.channel,
            Subscription.recipient == address,
        )
    )
    if row is None:
        _refuse_too_many(session, wish.scope)
        row = Subscription(scope=wish.scope, channel=wish.channel, recipient=address)
        row.audience, row.source, row.created_at = wish.audience, wish.source, clock.now()
        session.add(row)
    over = row.is_over
    anew = confirmed or over or row.confirmed_at is None
    if anew:
        _set(row, wish)
        row.audience, row.user_id = wish.audience, wish.user_id
    if anew or _lasts_longer(wish, row):
        row.source, row.lasts_until = wish.source, wish.lasts_until
    if over:
        row.ended_at, row.confirmed_at = None, None
    session.flush()
    if row.confirmed_at is None:
        if confirmed:
            _confirmed(session, actor, row)
        else:
            _ask(session, row)
    return row


def _lasts_longer(wish: Wish, row: Subscription) -> bool:
    """Whoever follows by a link that runs out goes on by one that does later."""
    until = (row.lasts_until, wish.lasts_until)
    return until[0] is not None and (until[1] is None or until[1] > until[0])


def confirm(session: Session, actor: Actor, row: Subscription) -> None:
    """Whoever has the address wants the posts."""
    if row.confirmed_at is None and not row.is_over:
        _confirmed(session, actor, row)


def change(session: Session, actor: Actor, row: Subscription, wish: Wish) -> None:
    """Another language, zone, quiet hours or digest. Raises BadInput at the field."""
    _checked(wish)
    _set(row, wish)
    session.flush()


def end(session: Session, actor: Actor, row: Subscription) -> None:
    """Nothing more is sent there, nor what waits to leave; once more changes nothing."""
    if row.ended_at is None:
        row.ended_at = clock.now()
        _take_back(session, row)
        _note(session, actor, row, "post.unsubscribed")


def end_of_source(session: Session, source: str) -> None:
    """End what came from `source`, such as a link that was revoked."""
    mine = select(Subscription).where(
        Subscription.source == source, Subscription.ended_at.is_(None)
    )
    for row in session.scalars(mine).all():
        row.ended_at = clock.now()
        _take_back(session, row)


def _take_back(session: Session, row: Subscription) -> None:
    """The keys are those of `publishing`, `gathering` and `_ask`."""

    def ours(key: str) -> bool:
        kind, *parts = key.split(":")
        place = {"post": 1, "digest": 0, "confirm": 0}.get(kind, len(parts))
        return parts[place : place + 1] == [str(row.id)]

    withdraw_to(session, row.channel, row.recipient, ours)


def about(session: Session, scope: str) -> tuple[Customer, str]:
    """Whose posts a scope has, and what it is called. Raises NotFound."""
    turnup, title = within(session, scope)
    return turnup.customer, title


def within(session: Session, scope: str) -> tuple[Turnup, str]:
    """The turn-up that a scope lies in, and what the scope is called. Raises NotFound."""
    kind, _, number = scope.partition(":")
    if kind in SCOPES and number.isascii() and number.isdigit() and len(number) < 10:
        if kind == "cutover" and (cutover := session.get(Cutover, int(number))):
            return cutover.turnup, cutover.title
        if kind == "turnup" and (turnup := session.get(Turnup, int(number))):
            return turnup, turnup.name
        if kind == "hostname" and (host := session.get(Hostname, int(number))):
            return session.get_one(Turnup, host.turnup_id), host.name
    raise NotFound("There is nothing of that kind to follow", hint="choose from the list")


def cutovers_of(session: Session, scope: str) -> list[Cutover]:
    """The cutovers that a scope is about, the newest first."""
    kind, _, number = scope.partition(":")
    query = select(Cutover).order_by(Cutover.starts_at.desc(), Cutover.id.desc()).limit(20)
    if kind == "cutover":
        query = query.where(Cutover.id == int(number))
    elif kind == "turnup":
        query = query.where(Cutover.turnup_id == int(number))
    else:
        query = query.join(CutoverHostname, CutoverHostname.cutover_id == Cutover.id)
        query = query.where(CutoverHostname.hostname_id == int(number))
    return list(session.scalars(query))


def subscribe_those_concerned(session: Session, cutover: Cutover) -> None:
    """The customer's people and their account manager by mail, the operator on the console; not
    those who ended it at an earlier cutover of the customer's."""
    customer = cutover.turnup.customer
    _add(session, cutover, "staff", "console", "operator", None)
    manager = customer.account_manager
    if manager is not None:
        _add(session, cutover, "staff", "email", manager.email, manager)
    members = select(User).join(Member, Member.user_id == User.id)
    for user in session.scalars(members.where(Member.customer_id == customer.id)):
        _add(session, cutover, "customer", "email", user.email, user)


def _add(
    session: Session, cutover: Cutover, audience: str, channel: str, to: str, user: User | None
) -> None:
    mine = (Subscription.channel == channel, Subscription.recipient == to)
    known = select(Subscription.id).where(Subscription.scope == cutover.stream, *mine)
    turnups = select(Turnup.id).where(Turnup.customer_id == cutover.turnup.customer_id)
    others = select(Cutover.id).where(Cutover.turnup_id.in_(turnups))
    streams = [f"cutover:{number}" for number in session.scalars(others)]
    ended = select(Subscription.id).where(
        *mine,
        Subscription.scope.in_(streams),
        Subscription.source == "",
        Subscription.ended_at.is_not(None),
    )
    if session.scalar(known) is not None or session.scalar(ended.limit(1)) is not None:
        return
    row = Subscription(scope=cutover.stream, audience=audience, channel=channel, recipient=to)
    row.created_at = row.confirmed_at = clock.now()
    row.zone = cutover.turnup.customer.timezone
    if user is not None:
        row.user_id, row.zone, row.language = user.id, user.timezone, language_of(user)
    session.add(row)
    session.flush()


def _checked(wish: Wish) -> None:
    if wish.audience not in AUDIENCES:
        raise BadInput("there is no such audience", place="audience", hint=", ".join(AUDIENCES))
    if wish.language not in LANGUAGES:
        raise BadInput("there are no posts in it", place="language", hint=", ".join(LANGUAGES))
    if wish.digest not in DIGESTS:
        raise BadInput(
            marked("this is no choice"), place="digest", hint=marked("choose from the list")
        )
    hours(wish.quiet)


def _set(row: Subscription, wish: Wish) -> None:
    row.language, row.zone = wish.language, wish.zone
    row.quiet, row.digest = hours(wish.quiet), wish.digest


def _refuse_too_many(session: Session, scope: str) -> None:
    query = select(Subscription.id).where(Subscription.scope == scope, running(clock.now()))
    if len(session.scalars(query.limit(MOST)).all()) >= MOST:
        raise Refused(
            MANY.replace("{n}", str(MOST)), hint=marked("ask your account manager to add yours")
        )


def _ask(session: Session, row: Subscription) -> None:
    _customer, title = about(session, row.scope)
    key = f"confirm:{row.id}:{clock.now():%Y%m%d%H}"
    post_letter(session, row.channel, confirmation(key, row, title), topic=key, urgent=True)


def _confirmed(session: Session, actor: Actor, row: Subscription) -> None:
    """From now on; what is planned already is told at once, so that nobody waits for a change."""
    now = clock.now()
    row.confirmed_at = now
    _note(session, actor, row, "post.subscribed")
    own = own_wordings(session)
    for cutover in cutovers_of(session, row.scope):
        if cutover.state == "booked" and cutover.ends_at > now:
            post = _planned(session, cutover, row.audience)
            if post is not None:
                text = text_of(post, cutover.practice, row.language, row.zone, own)
                made = letter(f"post:{post.id}:{row.id}", row, cutover, post, text)
                post_letter(session, row.channel, made, topic=f"post:{post.id}")


def _planned(session: Session, cutover: Cutover, audience: str) -> Post | None:
    query = select(Post).where(
        Post.cutover_id == cutover.id, Post.audience == audience, Post.kind.in_(PLANNED)
    )
    return session.scalar(query.order_by(Post.number.desc()).limit(1))


def _note(session: Session, actor: Actor, row: Subscription, kind: str) -> None:
    customer, _title = about(session, row.scope)
    said = {"subscription": row.id, "scope": row.scope, "channel": row.channel}
    record(session, customer.stream, kind, actor, said, {"recipient": row.recipient})

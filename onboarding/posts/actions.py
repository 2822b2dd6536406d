"""Make posts from the trail, and send them to whoever subscribed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.customers.models import Member
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput
from onboarding.outbox.actions import post as post_letter
from onboarding.people.models import User
from onboarding.posts.models import Post, Subscription
from onboarding.posts.wording import AUDIENCES, wording
from onboarding.rooms import actions as rooms
from onboarding.trail.log import Actor, record
from onboarding.trail.models import Entry

POSTS = Actor("posts", "job")


def write(session: Session, actor: Actor, cutover: Cutover, audience: str, text: str) -> None:
    """A post by hand. It goes the way of all posts: into the trail, and from there out."""
    if audience not in (*AUDIENCES, "all"):
        raise BadInput(
            f"there is no audience {audience!r}", place="audience", hint="staff, customer or all"
        )
    record(session, cutover.stream, "post.written", actor, {"audience": audience}, {"text": text})


def subscribe(
    session: Session, cutover: Cutover, audience: str, channel: str, recipient: str
) -> None:
    """Send the cutover's posts for `audience` there from now on; a second time changes nothing."""
    query = select(Subscription).where(
        Subscription.cutover_id == cutover.id,
        Subscription.channel == channel,
        Subscription.recipient == recipient,
    )
    if session.scalar(query) is None:
        session.add(
            Subscription(
                cutover_id=cutover.id, audience=audience, channel=channel, recipient=recipient
            )
        )
        session.flush()


def react(session: Session, stream: str, entry: Entry) -> None:
    """The follower: one entry of a cutover's trail becomes a post for each audience it concerns."""
    kind, _, number = stream.partition(":")
    if kind != "cutover":
        return
    cutover = session.get_one(Cutover, int(number))
    if entry.kind == "cutover.booked":
        _subscribe_those_concerned(session, cutover)
    made = []
    for audience in AUDIENCES:
        written = (entry.personal or {}).get("text", "")
        text = wording(
            audience, entry.kind, entry.payload, written=written, practice=cutover.practice
        )
        if text:
            _publish(session, cutover, entry, audience, text)
            if audience == "customer":  # the room is for both sides: what both may read
                room = rooms.of_cutover(session, cutover)
                rooms.tell(session, room, text, f"post:{entry.number}")
            made.append(audience)
    if made:  # an entry of its own: open pages are told of it, and miss it no more than any other
        record(session, stream, "post.made", POSTS, {"of": entry.number, "for": made})


def _publish(session: Session, cutover: Cutover, entry: Entry, audience: str, text: str) -> None:
    post = Post(
        cutover_id=cutover.id,
        number=entry.number,
        audience=audience,
        kind=entry.kind,
        text=text,
        at=entry.at,
    )
    session.add(post)
    session.flush()
    query = select(Subscription).where(
        Subscription.cutover_id == cutover.id, Subscription.audience == audience
    )
    for subscription in session.scalars(query):
        key = f"post:{post.id}:{subscription.id}"
        letter = Letter(key, subscription.recipient, f"[{cutover.title}] {text}"[:180], text)
        post_letter(session, subscription.channel, letter, topic=f"post:{post.id}", urgent=True)


def _subscribe_those_concerned(session: Session, cutover: Cutover) -> None:
    """The customer's people and their account manager by mail, the operator on the console."""
    customer = cutover.turnup.customer
    subscribe(session, cutover, "staff", "console", "operator")
    if customer.account_manager is not None:
        subscribe(session, cutover, "staff", "email", customer.account_manager.email)
    members = select(User.email).join(Member, Member.user_id == User.id)
    for email in session.scalars(members.where(Member.customer_id == customer.id)):
        subscribe(session, cutover, "customer", "email", email)

"""The follower: what happened to a cutover becomes a post for each audience that it concerns, and
a letter to each of their readers, now or when they want it."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.brands import queries as brands
from onboarding.brands.queries import Look
from onboarding.channels.base import Letter
from onboarding.cutovers.models import Cutover
from onboarding.outbox.actions import post as post_letter
from onboarding.outbox.actions import post_all
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.posts import cadence, unfit
from onboarding.posts.fields import AUDIENCES, KINDS, LANGUAGES, kept
from onboarding.posts.letters import letter
from onboarding.posts.models import HeldPost, Post, PublicCutover, Subscription, running
from onboarding.posts.phrases import word
from onboarding.posts.quiet import FIRST, due
from onboarding.posts.reading import own_wordings, text_of
from onboarding.posts.subscribing import subscribe_those_concerned
from onboarding.posts.wording import Own, audiences_of, marked, say
from onboarding.rooms import actions as rooms
from onboarding.trail.log import Actor, record
from onboarding.trail.models import Entry

POSTS = Actor("posts", "job")
#: The kinds of entry that anything follows from.
HEARD = frozenset({*KINDS, *cadence.ENDS, "post.edited"})


class Pass:
    """One pass over a stream, in one transaction: what is looked up once for it, and the posts that
    it has made so far; `finish` sends them."""

    def __init__(self) -> None:
        self.made: list[tuple[Entry, list[Post]]] = []
        self.own: Own | None = None
        self.about: Cutover | None = None
        self.look: Look | None = None
        self.to: dict[str, list[Subscription]] = {}

    def wordings(self, session: Session) -> Own:
        """The operator's own texts."""
        if self.own is None:
            self.own = own_wordings(session)
        return self.own

    def cutover(self, session: Session, number: int) -> Cutover:
        """What the stream is about."""
        if self.about is None:
            self.about = session.get_one(Cutover, number)
        return self.about

    def looks(self, session: Session, cutover: Cutover) -> Look:
        """As the customer's letters look."""
        if self.look is None:
            self.look = brands.of_customer(session, cutover.turnup.customer_id)
        return self.look

    def readers(self, session: Session, cutover: Cutover, audience: str) -> list[Subscription]:
        """Whoever is to get the posts for the audience."""
        if audience not in self.to:
            self.to[audience] = readers(session, cutover, audience)
        return self.to[audience]

    def react(self, session: Session, stream: str, entry: Entry) -> None:
        """What `follow` calls for each entry."""
        if entry.kind in ("cutover.booked", "post.edited"):
            self.finish(session)  # before there are other readers, or another text
            self.to.clear()
        react(session, stream, entry, self)

    def finish(self, session: Session) -> None:
        """Write the posts made so far, all at once, and send each where it is to go, in their order."""
        made, self.made = self.made, []
        if not made:
            return
        session.flush()
        for entry, posts in made:
            for post in posts:
                _publish(session, entry, post, self)
            # an entry of its own: open pages are told of it, and miss it no more than any other
            said = {"of": entry.number, "for": [post.audience for post in posts]}
            stream = self.cutover(session, posts[0].cutover_id).stream
            record(session, stream, "post.made", POSTS, said, flush=False)


def react(session: Session, stream: str, entry: Entry, seen: Pass) -> None:
    """One entry of a cutover's trail becomes a post for each audience it concerns."""
    kind, _, number = stream.partition(":")
    if kind != "cutover" or entry.kind not in HEARD:
        return
    cutover = seen.cutover(session, int(number))
    if entry.kind == "cutover.booked":
        subscribe_those_concerned(session, cutover)
    if entry.kind == "post.edited":
        _correct(session, cutover, session.get_one(Post, entry.payload["post"]), entry)
        return
    posts = [_made(session, cutover, entry, audience, seen) for audience in AUDIENCES]
    made = [post for post in posts if post is not None]
    cadence.follow(session, cutover, entry, told=any(one.audience == "customer" for one in made))
    if made:
        seen.made.append((entry, made))


def readers(session: Session, cutover: Cutover, audience: str) -> list[Subscription]:
    """Whoever is to get the cutover's posts, each address once."""
    scopes = [cutover.stream, f"turnup:{cutover.turnup_id}"]
    scopes += [f"hostname:{one.id}" for one in cutover.hostnames]
    query = (
        select(Subscription)
        .outerjoin(User, User.id == Subscription.user_id)
        .where(
            Subscription.scope.in_(scopes),
            Subscription.audience == audience,
            Subscription.confirmed_at.is_not(None),
            running(clock.now()),
            or_(Subscription.user_id.is_(None), User.active),
        )
    )
    found: dict[tuple[str, str], Subscription] = {}
    for one in session.scalars(query.order_by(Subscription.id)):
        found.setdefault((one.channel, one.recipient), one)
    return list(found.values())


def _made(
    session: Session, cutover: Cutover, entry: Entry, audience: str, seen: Pass
) -> Post | None:
    """The post, not written yet; None where the audience is told nothing."""
    payload = dict(entry.payload)
    if entry.kind == "post.written":
        written = (entry.personal or {}).get("text", "")
        payload = {"text": written} if audience in audiences_of(entry.payload) else {}
        if not payload:
            return None
    if audience == "public" and not _public(session, cutover, payload):
        return None
    facts = kept(audience, payload)
    zone = cutover.turnup.customer.timezone
    own = seen.wordings(session)
    text = say(audience, entry.kind, facts, cutover.practice, "en", zone, own)
    if not text:
        return None
    unfit.tell(session, audience, entry.kind, facts, own)
    post = Post(cutover_id=cutover.id, number=entry.number, audience=audience)
    post.kind, post.text, post.facts, post.at = entry.kind, text, facts, entry.at
    session.add(post)
    return post


def _publish(session: Session, entry: Entry, post: Post, seen: Pass) -> None:
    cutover = seen.cutover(session, post.cutover_id)
    _send(session, cutover, post, post.audience, seen)
    if post.audience == "customer":  # the room is for both sides: what both may read
        zone, own = cutover.turnup.customer.timezone, seen.wordings(session)
        said = {
            code: say(post.audience, post.kind, post.facts, cutover.practice, code, zone, own)
            for code in LANGUAGES[1:]
        }
        words = {code: one for code, one in said.items() if one}
        room = rooms.of_cutover(session, cutover)
        rooms.tell(session, room, post.text, f"post:{entry.number}", words)


def _public(session: Session, cutover: Cutover, payload: dict[str, object]) -> bool:
    """Whether the public hears of the cutover; the name it is shown under goes into the payload."""
    row = None if cutover.practice else session.get(PublicCutover, cutover.id)
    if row is None:
        return False
    payload["name"] = row.name
    return True


def _send(session: Session, cutover: Cutover, post: Post, audience: str, seen: Pass) -> None:
    said: dict[tuple[str, str], str] = {}
    letters: list[tuple[str, Letter]] = []
    now, look, own = clock.now(), seen.looks(session, cutover), seen.wordings(session)
    for one in seen.readers(session, cutover, audience):
        later = due(now, one.zone, one.quiet, one.digest, post.kind)
        if later is not None:
            session.add(HeldPost(post_id=post.id, subscription_id=one.id, due_at=later))
            continue
        reader = (one.language, one.zone)
        if reader not in said:
            said[reader] = text_of(post, cutover.practice, *reader, own)
        key = f"post:{post.id}:{one.id}"
        made = letter(key, one, cutover, post, said[reader], look=look)
        letters.append((one.channel, made))
    if letters:
        post_all(session, letters, topic=f"post:{post.id}", urgent=post.kind in FIRST)


def _reached(session: Session, post: Post) -> dict[int, str]:
    """Subscription → the key of the last letter that brought it the post. What still waits to be
    sent is withdrawn: the correction goes in its place."""
    held = select(HeldPost).where(HeldPost.post_id == post.id, HeldPost.letter != "")
    found = {one.subscription_id: one.letter for one in session.scalars(held)}
    sent = select(Message).where(Message.topic == f"post:{post.id}").order_by(Message.id)
    for message in session.scalars(sent):
        found[int(message.key.split(":")[2])] = message.key
        if message.state == "queued":
            message.state = "withdrawn"
    return found


def _correct(session: Session, cutover: Cutover, post: Post, entry: Entry) -> None:
    """Tell whoever got the post what it says now. Letters that have not left are taken back; where
    it still waits for a digest, the digest says what the post says then."""
    topic = f"post:{post.id}"
    for number, key in _reached(session, post).items():
        subscription = session.get(Subscription, number)
        if subscription is None or subscription.is_over:
            continue
        said = marked(post.text, cutover.practice, subscription.language)
        text = word("correction", subscription.language, text=said)
        mended = f"{topic}:{number}:{entry.number}"
        look = brands.of_customer(session, cutover.turnup.customer_id)
        made = letter(mended, subscription, cutover, post, text, key, look)
        post_letter(session, subscription.channel, made, topic=topic, urgent=post.kind in FIRST)
    if post.audience == "customer":
        room = rooms.of_cutover(session, cutover)
        words = {
            code: word("correction", code, text=marked(post.text, cutover.practice, code))
            for code in LANGUAGES
        }
        rooms.tell(session, room, words.pop("en"), f"post:{entry.number}", words)

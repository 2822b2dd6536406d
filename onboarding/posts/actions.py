"""Posts by hand: written, held for a second person where that is asked for, mended later."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput, NotAllowed, NotFound, Refused, Stale
from onboarding.posts.fields import AUDIENCES
from onboarding.posts.models import Post, PostDraft, PostEdit, PublicCutover
from onboarding.rooms.words import clean, one_line
from onboarding.trail.log import Actor, record

LONGEST = 2000
LONGEST_NAME = 80


def audiences_from(text: str) -> tuple[str, ...]:
    """The audiences that a form's `audience` names: one, or several with + between; `all` is the
    vendor's people and the customer. Raises BadInput."""
    given = ["staff", "customer"] if text == "all" else text.split("+")
    if not given or any(one not in AUDIENCES for one in given):
        raise BadInput(
            f"there is no audience {text!r}",
            place="audience",
            hint="staff, customer, public, or all (staff and the customer)",
        )
    return tuple(one for one in AUDIENCES if one in given)


def needs_second(audiences: Sequence[str]) -> bool:
    """Whether a second person must approve what is written for them."""
    return settings().posts_approved and bool({"customer", "public"}.intersection(audiences))


def write(
    session: Session, actor: Actor, cutover: Cutover, audience: str, text: str
) -> PostDraft | None:
    """A post by hand. It goes the way of all posts: into the trail, and from there out. Where a
    second person must approve, it waits as a draft, which is returned. Raises BadInput."""
    audiences, said = audiences_from(audience), cleaned(text)
    if "public" in audiences and session.get(PublicCutover, cutover.id) is None:
        raise BadInput(
            "the public does not hear of this cutover",
            place="audience",
            hint="give it a public name first",
        )
    if needs_second(audiences):
        return _draft(session, actor, cutover, audiences, said)
    _written(session, actor, cutover, audiences, said, {})
    return None


def edit(session: Session, actor: Actor, post: Post, text: str) -> PostDraft | None:
    """Say it otherwise: the page says so at once, and whoever got the first gets the correction.
    Waits for a second person as `write` does. Raises BadInput, and Refused where nothing changes."""
    said = cleaned(text)
    if said == post.text:
        raise Refused("This is what the post says already", hint="change it, or leave it")
    cutover = session.get_one(Cutover, post.cutover_id)
    if needs_second([post.audience]):
        return _draft(session, actor, cutover, [post.audience], said, post.id)
    _edited(session, actor, cutover, post, said)
    return None


def approve(session: Session, actor: Actor, draft_id: int) -> PostDraft:
    """The second person's yes: it goes out now. Raises NotAllowed to its author, Stale where it is
    decided already."""
    draft = _waiting(session, draft_id)
    if actor.user_id == draft.asked_by:
        raise NotAllowed("You wrote this", hint="somebody else must approve it")
    _decide(draft, actor, "approved")
    cutover, by = draft.cutover, {"draft": draft.id, "approved_by": actor.name}
    author = Actor(f"user:{draft.asked_by}", actor.source)
    if draft.post_id is None:
        _written(session, author, cutover, draft.audiences, draft.text, by)
    else:
        _edited(session, author, cutover, session.get_one(Post, draft.post_id), draft.text, by)
    return draft


def withdraw(session: Session, actor: Actor, draft_id: int) -> PostDraft:
    """Nothing is sent: its author takes it back, or the second person says no."""
    draft = _waiting(session, draft_id)
    _decide(draft, actor, "withdrawn")
    record(session, draft.cutover.stream, "post.withdrawn", actor, {"draft": draft.id})
    return draft


def show_publicly(session: Session, actor: Actor, cutover: Cutover, name: str) -> None:
    """The public hears of the cutover from now on, under `name`; an empty name ends it. Raises
    BadInput, and Refused for a practice run."""
    called = one_line(name, 2 * LONGEST_NAME)
    if len(called) > LONGEST_NAME:
        raise BadInput("this is too long", place="name", hint=f"at most {LONGEST_NAME} characters")
    if cutover.practice and called:
        raise Refused("This is a practice run", hint="the public hears of real cutovers only")
    row = session.get(PublicCutover, cutover.id)
    if row is None and called:
        session.add(PublicCutover(cutover_id=cutover.id, name=called, since=clock.now()))
    elif row is not None and called:
        row.name = called
    elif row is not None:
        session.delete(row)
    record(session, cutover.stream, "post.public", actor, {"shown": bool(called)}, {"name": called})


def cleaned(text: str) -> str:
    """What a person wrote, without what could deceive: control characters, direction overrides.
    Raises BadInput where it is empty or too long."""
    if len(text) > LONGEST:
        raise BadInput("this is too long", place="text", hint=f"at most {LONGEST} characters")
    return clean(text)


def _draft(
    session: Session,
    actor: Actor,
    cutover: Cutover,
    audiences: Sequence[str],
    text: str,
    post_id: int | None = None,
) -> PostDraft:
    assert actor.user_id is not None, "a person writes"
    draft = PostDraft(cutover_id=cutover.id, audiences=list(audiences), text=text, post_id=post_id)
    draft.asked_by, draft.asked_at = actor.user_id, clock.now()
    session.add(draft)
    session.flush()
    said = {"draft": draft.id, "audiences": list(audiences)}
    record(session, cutover.stream, "post.proposed", actor, said, {"text": text})
    return draft


def _waiting(session: Session, draft_id: int) -> PostDraft:
    draft = session.get(PostDraft, draft_id, with_for_update={"of": PostDraft})
    if draft is None:
        raise NotFound("There is no such draft", hint="reload the page")
    if draft.state != "waiting":
        raise Stale(f"This draft is {draft.state} already", hint="reload the page")
    return draft


def _decide(draft: PostDraft, actor: Actor, state: str) -> None:
    draft.state, draft.decided_by, draft.decided_at = state, actor.user_id, clock.now()


def _written(
    session: Session,
    actor: Actor,
    cutover: Cutover,
    audiences: Sequence[str],
    text: str,
    more: dict[str, object],
) -> None:
    said = {"audiences": list(audiences), **more}
    record(session, cutover.stream, "post.written", actor, said, {"text": text})


def _edited(
    session: Session,
    actor: Actor,
    cutover: Cutover,
    post: Post,
    text: str,
    more: dict[str, object] | None = None,
) -> None:
    session.refresh(post, with_for_update={"of": Post})  # of two at once, one after the other
    count = session.scalar(select(func.count(PostEdit.id)).where(PostEdit.post_id == post.id)) or 0
    assert actor.user_id is not None, "a person mends"
    former = PostEdit(post_id=post.id, number=count + 1, text=post.text, at=clock.now())
    former.by = actor.user_id
    session.add(former)
    post.text, post.edited_at = text, former.at
    said = {"post": post.id, "audience": post.audience, **(more or {})}
    record(session, cutover.stream, "post.edited", actor, said, {"text": text})

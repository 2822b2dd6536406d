"""What is said in rooms, as `knowledge` finds it: answers that were marked, and the community's talk."""

from sqlalchemy.orm import Session

from onboarding.knowledge import passages, questions
from onboarding.knowledge.forgetting import forget
from onboarding.knowledge.terms import stems
from onboarding.people.models import User
from onboarding.rooms import queries
from onboarding.rooms.models import COMMUNITY, Draft, Room, RoomMessage
from onboarding.trail.log import Actor

LEAST = 4  # words: thanks and greetings answer nothing


def marked(session: Session, draft: Draft, asker: str) -> None:
    """A question and its answer were marked: found from now on, and compared with others."""
    room, said = draft.room, queries.message(session, draft.room_id, draft.number)
    title, _, further = draft.question.strip().partition("\n")
    asked = questions.Asked(
        ref_of(draft),
        "room",
        place(room.id, draft.number),
        title,
        further,
        said.at,
        customer_id=room.customer_id,
        asker=asker,
        readers=room.customer_id,
        community=room.key == COMMUNITY,
    )
    questions.ask(session, asked)
    questions.answer(session, ref_of(draft), draft.answer, _ours(session, said) or draft.marked_by)


def said(session: Session, room: Room, message: RoomMessage) -> None:
    """What people say to one another in the community is found by all of them."""
    if room.key != COMMUNITY or message.side == "program" or len(stems(message.text)) < LEAST:
        return
    asked = queries.question_before(session, message)
    answers = asked is not None and "?" in asked.text
    title = asked.text if asked is not None and answers else message.text
    found = passages.Found(
        "community",
        f"message:{room.id}:{message.number}",
        " ".join(title.split())[:150],
        message.text,
        place(room.id, message.number),
        community=True,
    )
    passages.put(session, found)


def taken_back(session: Session, room: Room, message: RoomMessage, drafts: list[Draft]) -> None:
    """Nothing of it is found any more, nor under the question it answered."""
    for draft in drafts:
        forget(session, ref_of(draft))
    passages.take_out(session, f"message:{room.id}:{message.number}")
    title = " ".join(message.text.split())[:150]
    if room.key == COMMUNITY and title:
        passages.retitle(session, "community", title)


def ref_of(draft: Draft) -> str:
    """What a marked answer is called under Knowledge."""
    return f"draft:{draft.id}"


def place(room_id: int, number: int) -> str:
    """Where a message is shown."""
    return f"/rooms/{room_id}?at={number}#m{number}"


def _ours(session: Session, message: RoomMessage) -> int | None:
    """Who of the vendor's said it."""
    user_id = Actor(message.actor, message.source).user_id
    user = session.get(User, user_id) if user_id else None
    return user.id if user is not None and user.role != "customer" else None

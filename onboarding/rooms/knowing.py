"""What is said in rooms, as `knowledge` finds it: what customers ask in theirs with what was answered,
answers that were marked, and the community's talk."""

from itertools import takewhile

from sqlalchemy.orm import Session

from onboarding.knowledge import passages, questions
from onboarding.knowledge.forgetting import forget, retell
from onboarding.knowledge.models import Question
from onboarding.knowledge.terms import stems
from onboarding.people.models import User
from onboarding.rooms import queries
from onboarding.rooms.models import COMMUNITY, Draft, Room, RoomMessage
from onboarding.rooms.words import asks, asks_where_it_stands
from onboarding.trail.log import Actor

#: Words: thanks and greetings tell the community nothing, answer nothing, ask nothing.
LEAST, LEAST_ANSWER, LEAST_ASKED = 4, 3, 2
ANSWERS = 12  # messages after a question that may answer it


def marked(session: Session, draft: Draft, asker: str) -> None:
    """A question and its answer were marked: found from now on, and compared with others, instead
    of the messages that they were put together of."""
    room, said = draft.room, queries.message(session, draft.room_id, draft.number)
    before = queries.question_before(session, said)
    for one in queries.around(session, room.id, draft.number, ANSWERS):
        if one.text in draft.question or (before is not None and one.number == before.number):
            forget(session, ref_in(room, one))
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
    """What people say to one another in the community is found by all of them; what a customer's
    people ask in a room of theirs is compared with other questions, and what the vendor's people
    say next is its answer, both found by the vendor's people and that customer's alone. What is
    asked of a flip that runs, and answered by where it stands, is not kept."""
    if message.side == "program":
        return
    if room.key == COMMUNITY and len(stems(message.text)) >= LEAST:
        _community(session, room, message)
    elif (
        room.customer_id is None
        or (room.cutover is not None and room.cutover.practice)
        or _passes(room, message)
    ):
        return
    elif _is_question(message):
        _asked(session, room, message)
    elif _may_answer(message):
        _answered(session, room, message)


def _community(session: Session, room: Room, message: RoomMessage) -> None:
    asked = queries.question_before(session, message)
    answers = asked is not None and "?" in asked.text
    title = asked.text if asked is not None and answers else message.text
    found = passages.Found(
        "community",
        ref_in(room, message),
        " ".join(title.split())[:150],
        message.text,
        place(room.id, message.number),
        community=True,
    )
    passages.put(session, found)


def _asked(session: Session, room: Room, message: RoomMessage) -> None:
    title, _, further = message.text.strip().partition("\n")
    asked = questions.Asked(
        ref_in(room, message),
        "room",
        place(room.id, message.number),
        title,
        further,
        message.at,
        customer_id=room.customer_id,
        asker=message.name,
    )
    questions.ask(session, asked)


def _answered(session: Session, room: Room, message: RoomMessage, without: int = 0) -> None:
    """What the vendor's people said to the last question before `message`, all together answers it;
    `without` is the number of a message that is being taken back."""
    asked = _question_before(session, room, message)
    if asked is None or (without and message.text not in asked.answer):
        return
    begin = int(asked.ref.rpartition(":")[2])
    lines = queries.spoken_after(session, room.id, begin, ANSWERS)
    told = list(takewhile(lambda one: not (_is_question(one) or _passes(room, one)), lines))
    answers = [one for one in told if _may_answer(one) and one.number != without]
    text = "\n".join(one.text for one in answers)
    by = _ours(session, answers[-1]) if answers else None
    if without:
        retell(session, asked.ref, text, by)
    else:
        questions.answer(session, asked.ref, text, by, readers=room.customer_id)


def _question_before(session: Session, room: Room, message: RoomMessage) -> Question | None:
    """The last thing asked before `message`, in what was said just before it."""
    before = queries.around(session, room.id, message.number, ANSWERS)
    refs = [ref_in(room, one) for one in before if one.number < message.number]
    return questions.last_of(session, refs)


def _is_question(message: RoomMessage) -> bool:
    enough = len(stems(message.text)) >= LEAST_ASKED
    return message.side == "customer" and enough and asks(message.text)


def _passes(room: Room, message: RoomMessage) -> bool:
    """Whether it asks where the flip of this room stands, which is another answer in an hour. Told
    by the words alone once the flip is over: what was said in it is looked at again."""
    in_flip = room.cutover is not None and room.cutover.state in ("running", "done")
    asked = message.side == "customer" and asks(message.text)
    return in_flip and asked and asks_where_it_stands(message.text)


def _may_answer(message: RoomMessage) -> bool:
    return message.side == "staff" and len(stems(message.text)) >= LEAST_ANSWER


def taken_back(session: Session, room: Room, message: RoomMessage, drafts: list[Draft]) -> None:
    """Nothing of it is found any more, nor under the question it answered."""
    for draft in drafts:
        forget(session, ref_of(draft))
    forget(session, ref_in(room, message))
    passages.take_out(session, ref_in(room, message))
    title = " ".join(message.text.split())[:150]
    if room.key == COMMUNITY and title:
        passages.retitle(session, "community", title)
    if room.customer_id is not None and message.side == "staff":
        _answered(session, room, message, without=message.number)


def ref_of(draft: Draft) -> str:
    """What a marked answer is called under Knowledge."""
    return f"draft:{draft.id}"


def ref_in(room: Room, message: RoomMessage) -> str:
    """What a message is called under Knowledge."""
    return f"message:{room.id}:{message.number}"


def place(room_id: int, number: int) -> str:
    """Where a message is shown."""
    return f"/rooms/{room_id}?at={number}#m{number}"


def _ours(session: Session, message: RoomMessage) -> int | None:
    """Who of the vendor's said it."""
    user_id = Actor(message.actor, message.source).user_id
    user = session.get(User, user_id) if user_id else None
    return user.id if user is not None and user.role != "customer" else None

"""Call a team from a room, and answer any page there by which one was called."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.db import transaction
from onboarding.errors import BadInput, NotFound
from onboarding.paging import actions as paging
from onboarding.paging import queries as pages
from onboarding.paging.models import Page
from onboarding.people.models import Team, User
from onboarding.rooms import queries
from onboarding.rooms.models import Room
from onboarding.trail.log import Actor


def page_from(acting: Actor, _user_id: int, room_id: int, words: str) -> str:
    """`words` is the key of a team and why it is called. While the room's page to that team is not
    over, what is asked further is added to it. Returns what the room is told."""
    key, _, why = words.partition(" ")
    with transaction() as session:
        teams = sorted(session.scalars(select(Team.key)))
        if key not in teams:
            raise BadInput(
                f"there is no team {key!r}", place="!page", hint=f"one of {', '.join(teams)}"
            )
        room = queries.get(session, room_id)
        text = f"{_about(room)}: {why.strip() or 'asked for in the room'}"[:2000]
        page = paging.page(
            session,
            acting,
            _subject(room, key),
            [f"team:{key}"],
            text,
            f"/rooms/{room_id}",
            f"room:{room_id}:{key}",
            words=True,
        )
        if page.repeats == 0:
            return f"Page {page.id} calls {key} until somebody answers."
        return f"Page {page.id} to {key} is not over: this was added to it. {_standing(page)}"


def _standing(page: Page) -> str:
    if page.holder is not None:
        return f"{page.holder.name.split()[0]} has it and hears of this."
    return "They are called until somebody answers."


def _about(room: Room) -> str:
    return room.cutover.title if room.cutover else room.title


def _subject(room: Room, team: str) -> str:
    if room.cutover is not None:
        return room.cutover.stream
    return room.customer.stream if room.customer is not None else f"team:{team}"


def ack_from(acting: Actor, user_id: int, room_id: int, words: str) -> str:
    """Take a page that called `user_id`: the one of the number in `words`, else that of the room's
    cutover, else the only one there is. The room, where customers read, is told numbers alone."""
    with transaction() as session:
        user = session.get_one(User, user_id)
        found = _called(session, user, queries.get(session, room_id), words.strip().lstrip("#"))
        page = paging.acknowledge(session, acting, user, found)
        return f"{user.name.split()[0]} has page {page.id}: nobody else is called."


def _called(session: Session, user: User, room: Room, wanted: str) -> int:
    called = pages.mine(session, user.id)
    yours = ", ".join(str(page.id) for page in called)
    if wanted:
        if wanted not in {str(page.id) for page in called}:
            hint = f"yours are {yours}" if called else "!ack alone finds it"
            raise BadInput(f"{wanted[:20]!r} is no page of yours", place="!ack", hint=hint)
        return int(wanted)
    waiting = [page for page in called if page.holder_id in (None, user.id)]
    here = [page for page in waiting if room.cutover and page.subject == room.cutover.stream]
    if not here and len(waiting) > 1:
        raise BadInput("which page do you have?", place="!ack", hint=f"!ack {yours}: one of them")
    if not waiting:
        raise NotFound("No page waits for your answer", hint="/pages lists all pages")
    return (here or waiting)[0].id

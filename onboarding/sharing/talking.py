"""The room on the customer's page: only for a link that is for one of their people."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from onboarding.brands import queries as brands
from onboarding.db import db
from onboarding.rooms import actions, live
from onboarding.rooms import queries as rooms
from onboarding.rooms.models import Room
from onboarding.sharing import locks, queries
from onboarding.sharing import part as parts
from onboarding.sharing.models import ShareLink
from onboarding.tickets.actions import Opening, open_ticket
from onboarding.trail.log import Actor, head_number
from onboarding.web.language import language

LONGEST_FORM = 20_000  # what is read of a field; the room says what it takes


def room_of(session: Session, link: ShareLink) -> Room | None:
    """The room that the page shows: the cutover's while it is open, else the customer's own."""
    cutover = queries.shown_cutover(session, link.turnup)
    room = rooms.by_key(session, cutover.stream) if cutover else None
    if room is not None and room.archived_at is None:
        return room
    return rooms.by_key(session, link.turnup.customer.stream)


def room_and_author(
    session: Session, link: ShareLink, acting: Actor
) -> tuple[Room, actions.Author]:
    """Where the link's person speaks, opened where it is not yet, and how they appear."""
    assert link.user is not None, "a full link"
    room = room_of(session, link) or actions.of_customer(session, acting, link.turnup.customer)
    return room, actions.author(session, acting, link.user, room)


def ask_by_ticket(session: Session, link: ShareLink, acting: Actor, text: str) -> None:
    """What the link's person asks becomes a ticket, which support answers by mail."""
    cutover = queries.shown_cutover(session, link.turnup)
    number = cutover.id if cutover else None
    asked = Opening(text, "share", requester=link.user, turnup_id=link.turnup_id, cutover_id=number)
    open_ticket(session, acting, asked)


def panel(session: Session, link: ShareLink, token: str) -> dict[str, Any]:
    """What `rooms/_room.html` needs."""
    room = room_of(session, link)
    number = head_number(session, room.stream) if room else 0
    return {
        "room": room,
        "room_id": room.id if room else 0,
        "lines": rooms.messages(session, room.id) if room else [],
        "number": number,
        "zone": link.turnup.customer.timezone,
        "say_to": f"/share/{token}/room",
        "events_at": f"/share/{token}/room/events?room={room.id if room else 0}",
        "tends": False,
        "timed": room is not None and room.cutover_id is not None,
        "reads": language(),
    }


def events(session: Session, link: ShareLink, shown: int | None) -> Response:
    """The stream of the room that the page shows (`shown`, 0 for none yet; where it does not say,
    the room there is); it ends with `gone` where the link does not work any more, or its person is
    none of the customer's any more, and with `changed` once there is another room, also where that
    came between the page and its stream."""
    room, number, mark = room_of(session, link), link.id, locks.mark(link)
    there = room.id if room else 0
    room_id = there if shown is None else shown

    def ended() -> str:
        current = db.session().get(ShareLink, number)
        if current is None or not queries.works(current) or locks.mark(current) != mark:
            return "gone"
        if parts.worker(db.session(), current) is None:
            return "gone"
        now = room_of(db.session(), current)
        return "" if (now.id if now else 0) == room_id else "changed"

    if room is None or there != room_id:
        return live.awaited(link.turnup.customer.stream, ended, view=(number, mark, room_id))
    zone = link.turnup.customer.timezone
    program = brands.of_customer(session, link.turnup.customer_id).name
    view = ("share", number, mark, program, language())
    seen: dict[str, Any] = {"program": program, "reads": language()}
    return live.respond(view, room, zone, ended, tends=False, timed=False, **seen)

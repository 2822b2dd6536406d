"""/api/v1/tickets: tickets for other systems, with the API token of a person; a customer's person
sees and writes in those of their own only, and never a note."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers import queries as customers
from onboarding.customers.models import Customer
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotAllowed
from onboarding.people.access import actor, can, me, requires
from onboarding.people.models import User
from onboarding.tickets import actions, closing, crossing, handing, merging, queries
from onboarding.tickets.about import About, set_about, set_plan
from onboarding.tickets.actions import Opening, Said
from onboarding.tickets.models import Ticket, TicketMessage
from onboarding.tickets.queries import VIEWS, Asked
from onboarding.web.csrf import bearer_only

tickets_api = bearer_only(Blueprint("tickets_api", __name__, url_prefix="/api/v1"))
OPENS = ("subject", "text", "severity", "customer", "turnup_id", "cutover_id", "name", "email")
WRITES = ("text", "note", "corrects", "seen")
VERBS = (
    *("claim", "assign", "accept", "answer", "return", "take_back", "resolve", "close", "reopen"),
    *("merge", "about", "plan"),
)
BY_TEAMS = ("accept", "answer", "return")
TEXTS = (
    *("team", "question", "words", "reason", "resolution", "doc_link", "no_doc"),
    *("customer", "tracker_link", "plan"),
)
NUMBERS = ("into", "severity", "turnup_id", "cutover_id")


@tickets_api.get("/tickets")
@requires("tickets.see", "workspace.ask")
def listed() -> Response:
    """A page of tickets, those that changed last first; `next` is the `page` of the next."""
    session, user, page = db.session(), me(), _whole("page")
    if can("tickets.see"):
        view = request.args.get("view", "open")
        if view not in VIEWS:
            raise BadInput("there is no such view", place="view", hint=f"one of {', '.join(VIEWS)}")
        team = request.args.get("team", "").replace("\x00", "")
        words = request.args.get("q", "").replace("\x00", "")[:200]
        link = request.args.get("tracker", "").replace("\x00", "")
        person = _whole("person", longest=9)
        asked = Asked(view, user.id, team, tracker=link, person=person, words=words, page=page)
        rows, more = queries.listed(session, asked)
    else:
        rows, more = queries.of_requester(session, user, page)
    found = [_shown(row, user) for row in rows]
    return jsonify({"tickets": found, "next": page + 1 if more else None})


@tickets_api.post("/tickets")
@requires("tickets.answer", "workspace.ask")
def open_one() -> tuple[Response, int]:
    given, user = _document(OPENS), me()
    ours = can("tickets.answer")
    with transaction() as session:
        if ours:
            slug = _text(given, "customer", needed=False)
            customer = customers.by_slug(session, slug) if slug else None
        else:
            customer = customers.customer_of(session, user)
            if (turnup_id := _number(given, "turnup_id")) is not None:
                customers.visible_turnup(session, user, turnup_id)
        asked = Opening(
            _text(given, "text"),
            "api",
            _text(given, "subject", needed=False),
            _number(given, "severity") or 3,
            requester=None if ours else user,
            name=_text(given, "name", needed=False) if ours else "",
            email=_text(given, "email", needed=False) if ours else "",
            customer_id=customer.id if customer else None,
            turnup_id=_number(given, "turnup_id"),
            cutover_id=_number(given, "cutover_id") if ours else None,
        )
        ticket = actions.open_ticket(session, actor(), asked)
        return jsonify(_with_messages(session, user, ticket)), 201


@tickets_api.get("/tickets/<int:ticket_id>")
@requires("tickets.see", "workspace.ask")
def one(ticket_id: int) -> Response:
    session = db.session()
    return jsonify(_with_messages(session, me(), queries.visible(session, me(), ticket_id)))


@tickets_api.post("/tickets/<int:ticket_id>/messages")
@requires("tickets.answer", "workspace.ask")
def write(ticket_id: int) -> tuple[Response, int]:
    """By the vendor's people an answer to the customer, or with `"note": true` a note; by a
    customer's what they say further."""
    given, user = _document(WRITES), me()
    text, note = _text(given, "text"), given.get("note", False)
    if not isinstance(note, bool):
        raise BadInput("this is neither true nor false", place="note", hint="true for a note")
    with transaction() as session:
        ticket = queries.visible(session, user, ticket_id)
        if not can("tickets.answer"):
            message = actions.add_message(session, actor(), ticket.id, Said(text, "api", user.name))
        elif note:
            message = actions.note(session, actor(), user, ticket.id, text)
        else:
            message = _reply(session, user, ticket, given)
        return jsonify(_message(message)), 201


def _reply(session: Session, user: User, ticket: Ticket, given: dict[str, Any]) -> TicketMessage:
    """With `seen`, the number of the last message that was read, refused where somebody else has
    answered since; without it both are told."""
    seen, corrects = _number(given, "seen"), _number(given, "corrects")
    if seen is not None:
        crossing.check(session, user, ticket.id, seen)
    message = actions.reply(session, actor(), user, ticket.id, _text(given, "text"), (), corrects)
    if seen is None:
        crossing.tell(session, actor(), user, ticket, message)
    return message


@tickets_api.post(f"/tickets/<int:ticket_id>/<any({','.join(VERBS)}):verb>")
@requires("tickets.answer")
def act(ticket_id: int, verb: str) -> Response:
    """One step of the hand-over; the ticket as it is then. 409 where the table has no such step."""
    given, user = _document(TEXTS + NUMBERS), me()
    said = {name: _text(given, name, needed=False) for name in TEXTS}
    numbers = {name: _number(given, name) for name in NUMBERS}
    if verb not in BY_TEAMS and not can("tickets.own"):
        raise NotAllowed(
            "Your role does not allow this", hint="it needs the permission tickets.own"
        )
    with transaction() as session:
        _act(session, user, ticket_id, verb, said, numbers)
        return jsonify(_with_messages(session, user, queries.get(session, ticket_id)))


def _act(
    session: Session,
    user: User,
    ticket_id: int,
    verb: str,
    said: dict[str, str],
    numbers: dict[str, int | None],
) -> None:
    who = actor()
    steps: dict[str, Callable[[], object]] = {
        "claim": lambda: handing.claim(session, who, user, ticket_id),
        "assign": lambda: handing.assign(
            session, who, user, ticket_id, said["team"], said["question"]
        ),
        "accept": lambda: handing.accept(session, who, user, ticket_id),
        "answer": lambda: handing.answer(session, who, user, ticket_id, said["words"]),
        "return": lambda: handing.give_back(session, who, user, ticket_id, said["reason"]),
        "take_back": lambda: handing.take_back(session, who, ticket_id),
        "resolve": lambda: closing.resolve(
            session, who, user, ticket_id, said["resolution"], said["words"]
        ),
        "close": lambda: closing.close(session, who, ticket_id, said["doc_link"], said["no_doc"]),
        "reopen": lambda: closing.reopen(session, who, ticket_id),
        "merge": lambda: merging.merge(session, who, ticket_id, numbers["into"] or 0),
        "about": lambda: set_about(
            session, who, ticket_id, _about(session, ticket_id, said, numbers)
        ),
        "plan": lambda: set_plan(session, who, _customer(session, ticket_id), said["plan"]),
    }
    steps[verb]()


def _about(
    session: Session, ticket_id: int, said: dict[str, str], numbers: dict[str, int | None]
) -> About:
    """As it stands, with what was said."""
    row = queries.get(session, ticket_id)
    slug = said["customer"]
    return About(
        numbers["severity"] or row.severity,
        customers.by_slug(session, slug).id if slug else row.customer_id,
        numbers["turnup_id"] or row.turnup_id,
        numbers["cutover_id"] or row.cutover_id,
        said["tracker_link"] or row.tracker_link,
    )


def _customer(session: Session, ticket_id: int) -> Customer:
    customer = queries.get(session, ticket_id).customer
    if customer is None:
        raise BadInput("it is nobody's yet", place="plan", hint="say whose it is first: about")
    return customer


def _with_messages(session: Session, user: User, ticket: Ticket) -> dict[str, Any]:
    read = queries.public_messages if user.role == "customer" else queries.messages
    return {**_shown(ticket, user), "messages": [_message(row) for row in read(session, ticket)]}


def _shown(row: Ticket, user: User) -> dict[str, Any]:
    """The ticket; a customer hears whose turn it is, and nothing of who has it with us."""
    times = ("opened_at", "last_at", "first_response_at", "resolved_at", "closed_at")
    moments = {name: getattr(row, name) for name in times}
    said = {
        "id": row.id,
        "subject": row.subject,
        "severity": row.severity,
        "over": row.state in ("resolved", "closed", "merged"),
        "owes": "support" if row.owes == "team" and user.role == "customer" else row.owes,
        "customer": row.customer.slug if row.customer else None,
        "turnup": row.turnup_id,
        "merged_into": row.merged_into_id,
        **{name: clock.iso(at) if at else None for name, at in moments.items()},
    }
    if user.role == "customer":
        return said
    return said | {
        "state": row.state,
        "source": row.source,
        "cutover": row.cutover_id,
        "team": row.holder_team,
        "holder": row.holder_id,
        "owner": row.owner_id,
        "tracker_link": row.tracker_link,
    }


def _message(row: TicketMessage) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": clock.iso(row.at),
        "side": row.side,
        "name": row.name,
        "text": row.text,
        "source": row.source,
        "corrects": row.corrects,
        "files": [{"id": file.id, "name": file.name, "size": file.size} for file in row.files],
    }


def _document(known: tuple[str, ...]) -> dict[str, Any]:
    given = request.get_json(silent=True) if request.get_data(cache=True) else {}
    if not isinstance(given, dict):
        raise BadInput("this is no JSON object", place="body", hint=f"with {', '.join(known)}")
    if unknown := sorted(set(given) - set(known)):
        raise BadInput("this is no field here", place=unknown[0], hint=f"one of {', '.join(known)}")
    return given


def _text(given: dict[str, Any], name: str, *, needed: bool = True) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise BadInput("this is no text", place=name, hint="a text in quotes")
    if needed and not value.strip():
        raise BadInput("this is needed", place=name, hint="a text")
    return value


def _number(given: dict[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise BadInput("this is no number", place=name, hint="a whole number from 1 on")
    return value


def _whole(name: str, longest: int = 5) -> int:
    text = request.args.get(name, "") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= longest):
        raise BadInput(f"{text[:40]!r} does not do", place=name, hint="a number from 0 on")
    return int(text)

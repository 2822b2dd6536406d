"""The customer's own home, and the vendor's page of the same journey."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy.orm import Session

from onboarding.board.journey import forecast_context, journey
from onboarding.board.measured import goal_results
from onboarding.checklists.durations import customer_sees, outlook
from onboarding.customers import confirming, queries
from onboarding.customers.models import Customer, Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.db import db
from onboarding.errors import NotFound, marked
from onboarding.inbox.emergency import address_of
from onboarding.outreach.own_views import own_card
from onboarding.people.access import me, requires, staying
from onboarding.people.models import User
from onboarding.rooms import live
from onboarding.rooms import queries as rooms
from onboarding.trail.log import head_number
from onboarding.web.fragments import done, wants_fragment

workspace = Blueprint("workspace", __name__)


@workspace.get("/workspace")
@requires("workspace.see")
def home() -> str:
    session = db.session()
    customer = queries.customer_of(session, me())
    if customer is None:
        raise NotFound(
            marked("You belong to no customer yet"), hint=marked("ask whoever invited you")
        )
    turnups = queries.turnups_of(session, customer)
    found = _chosen(session, [turnup.id for turnup in turnups])
    return render_template(
        "board/workspace.html",
        customer=customer,
        turnups=turnups,
        turnup=found,
        journey=journey(session, found, me()),
        zone=me().timezone,
        may_edit=True,
        outlook=outlook(session, found) if customer_sees(found) else None,
        cutover=cutovers.current(session, found.id),
        results=goal_results(session, found),
        emergency=address_of(session, customer),
        **_room_context(session, found),
        told_first=own_card(session, customer, me()),
        **_people(session, customer),
        **forecast_context(session, found.id),
    )


@workspace.get("/workspace/room")
@requires("workspace.see")
def room() -> Response:
    """The way into the room of the cutover, for a workspace that was open before the room was."""
    found = _own()
    if not wants_fragment():
        return done(f"/workspace?turnup={found.id}#talk")
    context = _room_context(db.session(), found)
    return make_response(render_template("board/_own_room.html", turnup=found, **context))


@workspace.get("/workspace/room/events")
@requires("workspace.see")
def room_events() -> Response:
    """`changed` once the room of the cutover is another than the page says it shows."""
    found, shown = _own(), request.args.get("room", "")
    turnup_id, stream = found.id, found.customer.stream

    def ended() -> str:
        now = _room_context(db.session(), queries.turnup(db.session(), turnup_id))["own_room"]
        return "" if str(now.id if now else "") == shown else "changed"

    def sees(user: User) -> object:
        return queries.customer_of(db.session(), user)

    about = (turnup_id, shown)
    return live.awaited(stream, ended, staying("workspace.see", sees=sees), about)


def _own() -> Turnup:
    """The turn-up that is asked for, of the customer of whoever is signed in."""
    customer = queries.customer_of(db.session(), me())
    turnups = queries.turnups_of(db.session(), customer) if customer else []
    return _chosen(db.session(), [one.id for one in turnups])


def _room_context(session: Session, turnup: Turnup) -> dict[str, Any]:
    """`own_room`: the room of the turn-up's cutover while it is open; `number`: of its stream."""
    number, cutover = (
        head_number(session, turnup.customer.stream),
        cutovers.current(session, turnup.id),
    )
    found = rooms.by_key(session, cutover.stream) if cutover else None
    return {"own_room": found if found and not found.archived_at else None, "number": number}


def _people(session: Session, customer: Customer) -> dict[str, Any]:
    """What the team's panel and the word about an unconfirmed address need."""
    members = queries.members_of(session, customer)
    own = next(member for member in members if member.user_id == me().id)
    return {
        "members": members,
        "invitations": queries.open_invitations(session, customer),
        "me": me(),
        "unconfirmed": own.confirmed_at is None,
        "letter_at": None if own.confirmed_at else confirming.sent_at(session, own.user),
    }


def _chosen(session: Session, own: list[int]) -> Turnup:
    """The turn-up that is asked for, else the newest. Raises NotFound for one of others."""
    wanted = request.args.get("turnup", "")
    if not wanted and own:
        return queries.turnup(session, own[0])
    if not wanted.isdigit() or int(wanted) not in own:
        raise NotFound(marked("There is no such turn-up"), hint=marked("go to your front page"))
    return queries.turnup(session, int(wanted))

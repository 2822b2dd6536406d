"""/seats/<id>/swap: ask a colleague, take a seat over, or put somebody else on it."""

from flask import Blueprint, Response, render_template

from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.people.access import actor, me, requires
from onboarding.rosters import queries, swaps
from onboarding.rosters.models import Seat
from onboarding.web import forms
from onboarding.web.fragments import done

seat_swaps = Blueprint("seat_swaps", __name__)


@seat_swaps.get("/seats/<int:seat_id>/swap")
@requires("rosters.see")
def page(seat_id: int) -> str:
    """Who could take the seat, held or empty, the best first, and what it costs them."""
    session = db.session()
    seat = session.get(Seat, seat_id)
    if seat is None:
        raise NotFound(f"There is no seat {seat_id}", hint="look at the roster anew")
    cutover = queries.cutover_of(session, seat)
    could = swaps.who_could(session, seat, cutover) if queries.open_to_answers(cutover) else []
    return render_template("rosters/seat_swap.html", seat=seat, cutover=cutover, could=could)


@seat_swaps.post("/seats/<int:seat_id>/ask")
@requires("rosters.answer")
def ask(seat_id: int) -> Response:
    with transaction() as session:
        swaps.propose(session, actor(), me(), seat_id, _row("colleague"))
    return done("/standby")


@seat_swaps.post("/seats/<int:seat_id>/take")
@requires("rosters.answer")
def take(seat_id: int) -> Response:
    with transaction() as session:
        swaps.take(session, actor(), seat_id, _row("holder", least=0), me())
    return done("/standby")


@seat_swaps.post("/seats/<int:seat_id>/give")
@requires("rosters.solve")
def give(seat_id: int) -> Response:
    with transaction() as session:
        holder = _row("holder", least=0)
        swaps.give(session, actor(), seat_id, holder, _row("colleague"))
        number = queries.seat_and_cutover(session, seat_id)[1].id
    return done(f"/cutovers/{number}")


def _row(name: str, least: int = 1) -> int:
    return int(forms.number(name, least=least, most=2**31 - 1))

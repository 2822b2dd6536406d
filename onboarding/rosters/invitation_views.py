"""/invitations/<token> and /swaps/<token>: answer from the mail, without signing in.

Looking changes nothing and only a form acts, so that a mail scanner that follows links accepts
nothing for anybody.
"""

from collections.abc import Callable

from flask import Blueprint, Response, make_response, render_template
from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.people.access import public
from onboarding.people.models import User
from onboarding.rosters import actions, queries, swaps, tokens
from onboarding.rosters.models import Seat
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.limits import limiter

invitations = Blueprint("invitations", __name__)
guessing = limiter.limit("120 per minute", deduct_when=lambda answer: answer.status_code == 404)


@invitations.get("/invitations/<token>")
@public
@guessing
def invitation(token: str) -> Response:
    """Protected by the signature in its address, as is all that follows."""
    session = db.session()
    seat = tokens.invitation(session, token)
    cutover = queries.cutover_of(session, seat)
    page = render_template(
        "rosters/invitation.html",
        seat=seat,
        cutover=cutover,
        could=swaps.who_could(session, seat, cutover) if queries.open_to_answers(cutover) else [],
        open=queries.open_to_answers(cutover),
        token=token,
    )
    return _private(make_response(page))


@invitations.post("/invitations/<token>/accept")
@public
@guessing
def accept(token: str) -> Response:
    _as_asked(token, actions.accept)
    return done(f"/invitations/{token}")


@invitations.post("/invitations/<token>/decline")
@public
@guessing
def decline(token: str) -> Response:
    reason = forms.text("reason", longest=500)
    _as_asked(token, actions.decline, reason)
    return _answered("declined")


@invitations.post("/invitations/<token>/swap/<int:colleague_id>")
@public
@guessing
def propose(token: str, colleague_id: int) -> Response:
    _as_asked(token, swaps.propose, colleague_id)
    return _answered("asked")


@invitations.get("/swaps/<token>")
@public
@guessing
def swap(token: str) -> Response:
    session = db.session()
    seat, colleague = tokens.swap(session, token)
    cutover = queries.cutover_of(session, seat)
    page = render_template(
        "rosters/swap.html",
        seat=seat,
        cutover=cutover,
        colleague=colleague,
        open=queries.open_to_answers(cutover),
        token=token,
    )
    return _private(make_response(page))


@invitations.post("/swaps/<token>/take")
@public
@guessing
def take(token: str) -> Response:
    _as_colleague(token, swaps.take)
    return _answered("taken")


@invitations.post("/swaps/<token>/refuse")
@public
@guessing
def refuse(token: str) -> Response:
    _as_colleague(token, swaps.refuse)
    return _answered("refused")


def _as_asked(token: str, act: Callable[..., object], *said: object) -> None:
    """Let whoever was asked do `act` with their seat, as `act(session, actor, user, seat id, *said)`."""
    with transaction() as session:
        seat = tokens.invitation(session, token)
        user = _holder(seat)
        act(session, _by_mail(user), user, seat.id, *said)


def _as_colleague(token: str, act: Callable[[Session, Actor, int, int, User], None]) -> None:
    """Let the colleague who was asked to swap do `act` with the seat of whoever asked."""
    with transaction() as session:
        seat, colleague = tokens.swap(session, token)
        act(session, _by_mail(colleague), seat.id, _holder(seat).id, colleague)


def _holder(seat: Seat) -> User:
    assert seat.user is not None, "tokens open held seats only"
    return seat.user


def _by_mail(user: User) -> Actor:
    return Actor(f"user:{user.id}", "mail")


def _answered(what: str) -> Response:
    return _private(make_response(render_template("rosters/answered.html", what=what)))


def _private(response: Response) -> Response:
    """The address is the key: neither caches nor other sites are to learn it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

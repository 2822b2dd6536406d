"""/invitations/<token> and /swaps/<token>: answer from the mail, without signing in.

Looking changes nothing and only a form acts, so that a mail scanner that follows links accepts
nothing for anybody.
"""

from flask import Blueprint, Response, make_response, render_template

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
    with transaction() as session:
        seat, user = _asked(tokens.invitation(session, token))
        actions.accept(session, _by_mail(user), user, seat.id)
    return done(f"/invitations/{token}")


@invitations.post("/invitations/<token>/decline")
@public
@guessing
def decline(token: str) -> Response:
    reason = forms.text("reason", longest=500)
    with transaction() as session:
        seat, user = _asked(tokens.invitation(session, token))
        actions.decline(session, _by_mail(user), user, seat.id, reason)
    return _answered("declined")


@invitations.post("/invitations/<token>/swap/<int:colleague_id>")
@public
@guessing
def propose(token: str, colleague_id: int) -> Response:
    with transaction() as session:
        seat, user = _asked(tokens.invitation(session, token))
        swaps.propose(session, _by_mail(user), user, seat.id, colleague_id)
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
    with transaction() as session:
        seat, colleague = tokens.swap(session, token)
        swaps.take(session, _by_mail(colleague), seat.id, _asked(seat)[1].id, colleague)
    return _answered("taken")


@invitations.post("/swaps/<token>/refuse")
@public
@guessing
def refuse(token: str) -> Response:
    with transaction() as session:
        seat, colleague = tokens.swap(session, token)
        swaps.refuse(session, _by_mail(colleague), seat.id, _asked(seat)[1].id, colleague)
    return _answered("refused")


def _asked(seat: Seat) -> tuple[Seat, User]:
    assert seat.user is not None, "tokens open held seats only"
    return seat, seat.user


def _by_mail(user: User) -> Actor:
    return Actor(f"user:{user.id}", "mail")


def _answered(what: str) -> Response:
    return _private(make_response(render_template("rosters/answered.html", what=what)))


def _private(response: Response) -> Response:
    """The address is the key: neither caches nor other sites are to learn it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

"""/cutovers/<id>/roster: pin and bar names, and see what each costs before agreeing."""

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, me, requires
from onboarding.people.models import Team, User
from onboarding.rosters import choosing, covering, queries
from onboarding.web import forms
from onboarding.web.fragments import again, done, page_or_fragment
from onboarding.web.language import _

roster_choices = Blueprint("roster_choices", __name__)


@roster_choices.get("/cutovers/<int:cutover_id>/roster")
@requires("rosters.see")
def page(cutover_id: int) -> Response:
    """The roster with its uncovered minutes, what is pinned and barred, and the form for one more."""
    session = db.session()
    cutover = cutovers.get(session, cutover_id)
    seats = queries.seats(session, cutover_id)
    teams = list(session.scalars(select(Team.key).where(Team.on_standby).order_by(Team.id)))
    found = covering.uncovered(session, [cutover], {cutover_id: seats}, teams)
    return page_or_fragment(
        "rosters/roster.html",
        "rosters/_choices.html",
        seats=seats,
        gaps=found[cutover_id],
        **_choices(session, cutover),
    )


@roster_choices.post("/cutovers/<int:cutover_id>/choices")
@requires("rosters.answer")
def ask(cutover_id: int) -> Response:
    try:
        with transaction() as session:
            choosing.ask(
                session,
                actor(),
                me(),
                cutovers.get(session, cutover_id, lock=True),
                kind=forms.choice("kind", choosing.KINDS),
                person_id=int(forms.number("person", least=1, most=2**31 - 1)),
                role=forms.choice("role", choosing.SEATS),
                reason=forms.text("reason", longest=500, needed=False),
            )
    except BadInput as problem:
        session = db.session()
        cutover = cutovers.get(session, cutover_id)
        known = _choices(session, cutover)
        return again("rosters/_choose.html", problem, title=_("Pin or bar a name"), **known)
    return done(f"/cutovers/{cutover_id}/roster")


@roster_choices.post("/choices/<int:choice_id>/agree")
@requires("rosters.answer")
def agree(choice_id: int) -> Response:
    with transaction() as session:
        number = choosing.agree(session, actor(), me(), choice_id).cutover_id
    return done(f"/cutovers/{number}/roster")


@roster_choices.post("/choices/<int:choice_id>/withdraw")
@requires("rosters.answer")
def withdraw(choice_id: int) -> Response:
    with transaction() as session:
        number = choosing.withdraw(session, actor(), me(), choice_id).id
    return done(f"/cutovers/{number}/roster")


def _choices(session: Session, cutover: Cutover) -> dict[str, object]:
    teams = choosing.teams_of(session, me()) if cutover.state == "booked" else []
    ids = [team.id for team in teams]
    people = select(User).where(User.team_id.in_(ids), User.active, User.role != "customer")
    return {
        "cutover": cutover,
        "choices": choosing.choices(session, cutover.id),
        "mine": {team.key for team in teams},
        "people": [
            (str(user.id), f"{user.name} ({user.team_key})")
            for user in session.scalars(people.order_by(User.team_id, User.name)).unique()
        ],
    }

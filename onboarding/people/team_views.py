"""What is entered at /people/teams/<key>: the lead, the order of escalation, the seats of a flip."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotAllowed
from onboarding.people import rotations, teams
from onboarding.people.access import actor, can, me, requires
from onboarding.people.models import Team
from onboarding.web import forms
from onboarding.web.fragments import again, done
from onboarding.web.language import _

teams_pages = Blueprint("teams", __name__, url_prefix="/people/teams/<key>")


def _led(session: Session, key: str) -> Team:
    """The team, where whoever asks leads it or keeps everybody's records."""
    team = rotations.team_of(session, key)
    if team.lead_id != me().id and not can("people.edit"):
        raise NotAllowed("Only the lead of the team changes this", hint="ask an administrator")
    return team


@teams_pages.post("/order")
@requires("people.rotate")
def set_order(key: str) -> Response:
    try:
        with transaction() as session:
            team = rotations.team_of(session, key)
            if can("people.edit"):
                lead = int(forms.number("lead", least=0, most=2**31 - 1))
                teams.set_lead(session, actor(), team, lead or None)
            teams.set_order(session, actor(), team, forms.places("place-"))
    except BadInput as problem:
        return _refused("order", problem, key, _("Who is called"))
    return done(f"/people/teams/{key}")


@teams_pages.post("/needs")
@requires("people.tend")
def set_needs(key: str) -> Response:
    try:
        with transaction() as session:
            counts = {role: _count(f"count-{role}") for role in teams.ROLES}
            skills = {
                role: forms.text(f"skills-{role}", longest=500, needed=False)
                for role in teams.ROLES
            }
            teams.set_needs(session, actor(), _led(session, key), counts, skills)
    except BadInput as problem:
        return _refused("needs", problem, key, _("What a flip needs"))
    return done(f"/people/teams/{key}")


def _count(name: str) -> int:
    given = forms.number(name, least=0, most=teams.MOST_SEATS)
    if given != int(given):
        raise BadInput("this is no number of seats", place=name, hint="a whole number")
    return int(given)


def _refused(form: str, problem: BadInput, key: str, title: str) -> Response:
    session = db.session()
    team = rotations.team_of(session, key)
    more: dict[str, Any] = {"team": team, "members": rotations.members(session, team)}
    heading = f"{title}: {team.name}"
    return again(
        f"people/_{form}_form.html",
        problem,
        title=heading,
        back=f"/people/teams/{key}",
        roles=teams.ROLES,
        **more,
    )

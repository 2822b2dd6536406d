"""/api/v1/people and /api/v1/rotations: who there is, when they are away, whose turn it is. Bearer
tokens of people."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from onboarding import clock
from onboarding.api.documents import body, json_document
from onboarding.clock import iso
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people import aways, profiles, queries, rotations, skills
from onboarding.people.access import actor, me, requires
from onboarding.people.models import Away, User
from onboarding.web.csrf import bearer_only

people_api = bearer_only(Blueprint("people_api", __name__, url_prefix="/api/v1"))
LARGEST = 16 * 1024
FIELDS = ("starts_at", "ends_at", "note")
AHEAD = timedelta(weeks=4)
LONGEST = timedelta(days=400)


@people_api.get("/people")
@requires("people.see")
def everybody() -> Response:
    """The vendor's people, by team and name."""
    return jsonify({"people": [_person(user) for user in queries.staff(db.session())]})


def _person(user: User) -> dict[str, Any]:
    plain = ("id", "name", "email", "timezone", "days", "country", "subdivision", "languages")
    start, _, end = user.hours.partition("-")
    return {
        **{name: getattr(user, name) for name in plain},
        "team": user.team_key,
        "hours": [start, end],
        "skills": sorted(skills.held(db.session(), user)),
        "trainee": user.trainee,
    }


@people_api.get("/people/<int:user_id>/aways")
@requires("people.see")
def times_away(user_id: int) -> Response:
    """Somebody's times away that are not over, entered ones and those of their calendar."""
    user = profiles.person(db.session(), user_id)
    rows = aways.of(db.session(), user.id, clock.now())
    return jsonify({"aways": [_away(row) for row in rows]})


@people_api.post("/people/<int:user_id>/aways")
@requires("people.tend")
def be_away(user_id: int) -> tuple[Response, int]:
    """`{"starts_at", "ends_at", "note"?}`, times with an offset, else UTC; 201 with the time away."""
    given = _document()
    start, end = (_moment(given.get(name), name) for name in ("starts_at", "ends_at"))
    note = given.get("note", "")
    if not isinstance(note, str) or "\x00" in note:
        raise BadInput("this is no text", place="note", hint="a text in quotes")
    with transaction() as session:
        user = profiles.person(session, user_id)
        profiles.check_own(me(), user)
        return jsonify(_away(aways.add(session, actor(), user, start, end, note))), 201


@people_api.delete("/people/<int:user_id>/aways/<int:away_id>")
@requires("people.tend")
def be_back(user_id: int, away_id: int) -> tuple[str, int]:
    """Take an entered time away back."""
    with transaction() as session:
        user = profiles.person(session, user_id)
        profiles.check_own(me(), user)
        aways.remove(session, actor(), user, away_id)
    return "", 204


@people_api.get("/rotations/<key>")
@requires("people.see")
def turns(key: str) -> Response:
    """A team's turns that touch `?since=` to `?until=`; the next four weeks where these are not
    given."""
    session, now = db.session(), clock.now()
    since = _moment(request.args.get("since", iso(now)), "since")
    until = _moment(request.args.get("until", iso(since + AHEAD)), "until")
    if not since < until <= since + LONGEST:
        hint = f"after since, and {LONGEST.days} days later at most"
        raise BadInput("this is no end", place="until", hint=hint)
    found = rotations.coming(session, rotations.team_of(session, key), since, until)
    names = queries.names(session, {turn.person for turn in found})
    shown = [
        {
            "person": turn.person,
            "name": names.get(turn.person, ""),
            "starts_at": iso(turn.start),
            "ends_at": iso(turn.end),
            "layer": turn.layer,
        }
        for turn in found
    ]
    return jsonify({"turns": shown})


def _document() -> dict[str, Any]:
    given = json_document(body(LARGEST))
    if not isinstance(given, dict):
        hint = "a JSON object with starts_at and ends_at"
        raise BadInput("this is no JSON object", place="body", hint=hint)
    if unknown := sorted(set(given) - set(FIELDS)):
        raise BadInput("this is no field", place=unknown[0], hint=f"one of {', '.join(FIELDS)}")
    return given


def _moment(value: Any, place: str) -> datetime:
    try:
        return clock.parse(value)
    except (TypeError, ValueError, OverflowError):
        hint = "like 2027-01-31T14:00:00Z"
        raise BadInput("this is no time", place=place, hint=hint) from None


def _away(row: Away) -> dict[str, Any]:
    return {
        "id": row.id,
        "starts_at": iso(row.starts_at),
        "ends_at": iso(row.ends_at),
        "note": row.note,
        "source": row.source or "entered",
    }

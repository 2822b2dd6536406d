"""/people/rotations/<team>: who is on now and next, where nobody is, and the year to come."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people import calendars, links
from onboarding.people import rotations as shelf
from onboarding.people.access import actor, me, requires
from onboarding.people.rotation import Layer, Turn, gaps, now_and_next
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment

rotations = Blueprint("rotations", __name__, url_prefix="/people/rotations")
WARNED = timedelta(weeks=4)
PREVIEW_WEEKS = 52


@rotations.get("/<key>")
@requires("people.see")
def show(key: str) -> Response:
    return _page(key)


def _page(key: str, problem: BadInput | None = None) -> Response:
    session, now = db.session(), clock.now()
    team = shelf.team_of(session, key)
    until = now + timedelta(weeks=PREVIEW_WEEKS)
    found = shelf.coming(session, team, now - timedelta(days=2), until)
    on, following = now_and_next(found, now)
    absent = shelf.absences(session, team, now, now + WARNED)
    layers = shelf.layers(session, team)
    feed = calendars.feed_of(session, team)
    members = shelf.members(session, team)
    response = page_or_fragment(
        "people/rotation.html",
        "people/_rotation.html",
        team=team,
        members=members,
        names={user.id: user.name for user in members},
        layers=layers,
        on=on,
        following=following,
        gaps=gaps(found, absent, now, now + WARNED) if layers or feed else [],
        feed=feed,
        stale=now - timedelta(days=1),
        stand_ins=shelf.stand_ins(session, team, now),
        export=links.rotation(me(), team.key),
        ticked=_ticked("days", range(1, 6)),
        weeks=_weeks(found, now, me().timezone),
        daylight=[layer.zone for _, layer in layers if 8 <= _hour(now, layer.zone) < 18],
        zone=me().timezone,
        values=request.form,
        problem=problem,
    )
    response.status_code = problem.status if problem else 200
    return response


def _ticked(name: str, usual: Iterable[int]) -> set[int]:
    """The boxes that were ticked in a form that is shown again, else the `usual` ones."""
    given = request.form.getlist(name) if request.form else map(str, usual)
    return {int(value) for value in given if value.isdigit() and len(value) < 10}


def _hour(now: datetime, zone: str) -> int:
    return now.astimezone(ZoneInfo(zone)).hour


def _weeks(found: list[Turn], now: datetime, zone: str) -> list[tuple[date, dict[str, list[int]]]]:
    """(Monday, layer to people in their order) of each week to come, in the viewer's zone."""
    weeks: dict[date, dict[str, list[int]]] = {}
    for turn in found:
        day = turn.start.astimezone(ZoneInfo(zone)).date()
        if turn.end <= now:
            continue
        monday = day - timedelta(days=day.weekday())
        people = weeks.setdefault(monday, {}).setdefault(turn.layer, [])
        if turn.person not in people:
            people.append(turn.person)
    return sorted(weeks.items())


@rotations.post("/<key>/layers")
@requires("people.rotate")
def add_layer(key: str) -> Response:
    try:
        layer = _given()
        with transaction() as session:
            shelf.add_layer(session, actor(), shelf.team_of(session, key), layer)
    except BadInput as problem:
        return _page(key, problem)
    return done(f"/people/rotations/{key}")


@rotations.get("/<key>/layers/<int:layer_id>")
@requires("people.rotate")
def layer(key: str, layer_id: int) -> Response:
    return _layer_page(key, layer_id)


def _layer_page(key: str, layer_id: int, problem: BadInput | None = None) -> Response:
    session = db.session()
    team = shelf.team_of(session, key)
    row = shelf.layer_of(session, team, layer_id)
    places = {f"place-{number}": str(place) for place, number in enumerate(row.people, 1)}
    names = ("name", "zone", "starts", "ends", "turn_days", "since")
    known = {name: str(getattr(row, name)) for name in names}
    response = page_or_fragment(
        "people/layer.html",
        "people/_layer_form.html",
        team=team,
        row=row,
        members=shelf.members(session, team),
        ticked=_ticked("days", row.days),
        values=request.form or known | places,
        action=f"/people/rotations/{key}/layers/{layer_id}",
        problem=problem,
    )
    response.status_code = problem.status if problem else 200
    return response


@rotations.post("/<key>/layers/<int:layer_id>")
@requires("people.rotate")
def change_layer(key: str, layer_id: int) -> Response:
    try:
        given = _given()
        with transaction() as session:
            team = shelf.team_of(session, key)
            shelf.change_layer(session, actor(), team, layer_id, given)
    except BadInput as problem:
        return _layer_page(key, layer_id, problem)
    return done(f"/people/rotations/{key}")


def _given() -> Layer:
    name, zone = forms.one_line("name", longest=60), forms.text("zone", longest=60)
    starts, ends = forms.time_of_day("starts"), forms.time_of_day("ends")
    return Layer(
        name,
        zone,
        starts,
        ends,
        tuple(forms.whole_numbers("days")),
        tuple(forms.places("place-")),
        int(forms.number("turn_days", least=1, most=28)),
        forms.day("since"),
    )


@rotations.post("/<key>/layers/<int:layer_id>/remove")
@requires("people.rotate")
def remove_layer(key: str, layer_id: int) -> Response:
    with transaction() as session:
        shelf.remove_layer(session, actor(), shelf.team_of(session, key), layer_id)
    return done(f"/people/rotations/{key}")


@rotations.post("/<key>/stand-ins")
@requires("people.rotate")
def stand_in(key: str) -> Response:
    try:
        zone = me().timezone
        start, end = forms.moment("starts_at", zone), forms.moment("ends_at", zone)
        person = int(forms.number("person", least=1, most=2**31 - 1))
        reason = forms.text("reason", longest=200, needed=False)
        with transaction() as session:
            team = shelf.team_of(session, key)
            shelf.stand_in(session, actor(), team, person, start, end, reason)
    except BadInput as problem:
        return _page(key, problem)
    return done(f"/people/rotations/{key}")


@rotations.post("/<key>/stand-ins/<int:stand_in_id>/remove")
@requires("people.rotate")
def end_stand_in(key: str, stand_in_id: int) -> Response:
    with transaction() as session:
        shelf.end_stand_in(session, actor(), shelf.team_of(session, key), stand_in_id)
    return done(f"/people/rotations/{key}")


@rotations.post("/<key>/feed")
@requires("people.rotate")
def follow(key: str) -> Response:
    try:
        given = forms.text("address", longest=calendars.LONGEST)
        with transaction() as session:
            calendars.follow(session, actor(), shelf.team_of(session, key), given)
    except BadInput as problem:
        return _page(key, problem)
    return done(f"/people/rotations/{key}")


@rotations.post("/<key>/feed/<any(read,remove):verb>")
@requires("people.rotate")
def change_feed(key: str, verb: str) -> Response:
    with transaction() as session:
        change = calendars.follow_soon if verb == "read" else calendars.unfollow
        change(session, actor(), shelf.team_of(session, key))
    return done(f"/people/rotations/{key}")

"""Look for windows and book one: a turn-up's own page, several at once, what was found."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import parse, spoken
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.plan import length
from onboarding.cutovers.shapes import TEMPLATES
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment
from onboarding.windows import actions, queries
from onboarding.windows.actions import Terms
from onboarding.windows.models import WindowSearch
from onboarding.windows.showing import NAMES, days_of, found_slot, framed_slot

windows = Blueprint("windows", __name__)
NOTICE = timedelta(days=1)


@windows.get("/windows")
@requires("cutovers.see")
def overview() -> str:
    return _overview(None)


def _overview(problem: BadInput | None) -> str:
    session = db.session()
    return render_template(
        "windows/overview.html",
        turnups=queries.waiting(session),
        searches=queries.recent(session),
        ticked=request.form.getlist("turnup"),
        **_fields(problem),
    )


@windows.get("/turnups/<int:turnup_id>/windows")
@requires("cutovers.see")
def of_turnup(turnup_id: int) -> str:
    return _one(turnup_id, None)


def _one(turnup_id: int, problem: BadInput | None) -> str:
    session = db.session()
    turnup = _turnup(session, turnup_id)
    booked = cutovers.current(session, turnup_id)
    booked = booked if booked and booked.state == "booked" else None
    return render_template("windows/ask.html", turnup=turnup, booked=booked, **_fields(problem))


def _fields(problem: BadInput | None) -> dict[str, Any]:
    """What the form for a search shows: what was typed, or from tomorrow on for four weeks."""
    tomorrow = (clock.now() + NOTICE).astimezone(ZoneInfo(me().timezone))
    fresh = {
        "not_before": f"{tomorrow:%Y-%m-%dT%H:00}",
        "days": str(actions.MOST_DAYS),
        "margin": "30",
        "template": "canary",
    }
    plans = [(key, f"{one.name} ({_hours(length(one.steps))})") for key, one in TEMPLATES.items()]
    return {"values": request.form or fresh, "problem": problem, "plans": plans}


def _hours(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours:g} h" if hours < 48 else f"{hours / 24:g} d"


@windows.post("/windows")
@requires("cutovers.plan")
def ask_together() -> Response | tuple[str, int]:
    chosen = [one for one in request.form.getlist("turnup") if one.isascii() and one.isdigit()]
    try:
        terms = _terms(together=True)
        with transaction() as session:
            turnups = [_turnup(session, int(one[:9])) for one in dict.fromkeys(chosen)]
            number = actions.ask(session, actor(), turnups, terms).id
    except BadInput as problem:
        return _overview(problem), problem.status
    return done(f"/windows/{number}")


@windows.post("/turnups/<int:turnup_id>/windows")
@requires("cutovers.plan")
def ask(turnup_id: int) -> Response | tuple[str, int]:
    try:
        terms = _terms(together=False)
        with transaction() as session:
            number = actions.ask(session, actor(), [_turnup(session, turnup_id)], terms).id
    except BadInput as problem:
        return _one(turnup_id, problem), problem.status
    return done(f"/windows/{number}")


def _terms(*, together: bool) -> Terms:
    return Terms(
        forms.moment("not_before", me().timezone),
        int(forms.number("days", least=1, most=actions.MOST_DAYS)),
        int(forms.number("margin", least=0, most=24 * 60)),
        bool(request.form.get("near")),
        forms.choice("template", list(TEMPLATES)),
        together,
    )


@windows.get("/windows/<int:search_id>")
@requires("cutovers.see")
def found(search_id: int) -> Response:
    return _found(queries.get(db.session(), search_id), None)


def _found(search: WindowSearch, problem: BadInput | None) -> Response:
    session = db.session()
    rows = [
        {
            "index": index,
            "said": said,
            "turnup": session.get_one(Turnup, said["turnup"]),
            "found": search.result[index] if search.state == "done" else None,
        }
        for index, said in enumerate(search.asked["turnups"])
    ]
    chosen = request.values.get("turnup", "0")
    open_row = rows[int(chosen)] if chosen.isdigit() and int(chosen[:4]) < len(rows) else rows[0]
    asked_for = _asked_start()
    context: dict[str, Any] = {}
    if open_row["found"]:
        zone = me().timezone
        chosen = open_row["found"].get("chosen")
        asked_for = asked_for or (parse(chosen["start"]) if chosen else None)
        context["framed"] = framed_slot(open_row["found"], asked_for)
        context["days"] = days_of(open_row["found"], zone, asked_for)
        context["slot"] = found_slot(open_row["found"], asked_for) if asked_for else None
    response = page_or_fragment(
        "windows/found.html",
        "windows/_found.html",
        search=search,
        rows=rows,
        row=open_row,
        problem=problem,
        parse=parse,
        booked=_booked(session, rows),
        **context,
    )
    if problem is not None:
        response.status_code = problem.status
    return response


def _asked_start() -> datetime | None:
    """The start that the address asks about: an ISO time, or one of a form in one's own zone."""
    text = request.values.get("start", "")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return parse(text) if at.tzinfo else at.replace(tzinfo=ZoneInfo(me().timezone))
    except (ValueError, OverflowError):
        return None


def _booked(session: Session, rows: list[dict[str, Any]]) -> dict[int, Any]:
    """The cutover that each turn-up has by now, while it is booked."""
    current = cutovers.current_of(session, [row["turnup"].id for row in rows])
    return {number: one for number, one in current.items() if one.state == "booked"}


@windows.get("/windows/<int:search_id>/slots/<int:index>")
@requires("cutovers.see")
def slots(search_id: int, index: int) -> Response:
    """Every start of one turn-up's search, for the timeline: prices, parts, what blocks it, and what
    the clocks show then."""
    search = queries.get(db.session(), search_id)
    if search.state != "done" or index >= len(search.result):
        raise NotFound("There is nothing to show yet", hint="wait until the search is done")
    said = search.result[index]
    turnup = db.session().get_one(Turnup, search.asked["turnups"][index]["turnup"])
    keys = ("origin", "minutes", "price", "parts", "block", "blocks")
    zones = list(dict.fromkeys((me().timezone, turnup.customer.timezone, "UTC")))
    begin, length_ = parse(said["origin"]), timedelta(minutes=said["minutes"])
    starts = [begin + number * timedelta(minutes=30) for number in range(len(said["price"]))]
    shown = [[spoken(at, at + length_, zone) for zone in zones] for at in starts]
    response = make_response(
        jsonify({key: said[key] for key in keys} | {"shown": shown, "names": NAMES})
    )
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@windows.post("/windows/<int:search_id>/book")
@requires("cutovers.plan")
def book(search_id: int) -> Response:
    try:
        index = int(forms.number("turnup", least=0, most=1000))
        start = forms.moment("start", me().timezone)
        despite = forms.text("despite", longest=500, needed=False)
        with transaction() as session:
            cutover = actions.book(
                session, actor(), search_id, index, start, zone=me().timezone, despite=despite
            )
            number = cutover.id
    except BadInput as problem:
        return _found(queries.get(db.session(), search_id), problem)
    return done(f"/cutovers/{number}")


def _turnup(session: Session, turnup_id: int) -> Turnup:
    turnup = session.get(Turnup, turnup_id)
    if turnup is None:
        raise NotFound(f"There is no turn-up {turnup_id}")
    return turnup

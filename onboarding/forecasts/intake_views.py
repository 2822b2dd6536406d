"""Give a history: a file, a pasted table, Prometheus, or a declared figure; look, correct, confirm."""

import io
from contextlib import closing
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import FileStorage

from onboarding import clock
from onboarding.customers.queries import visible_turnup
from onboarding.db import db, transaction
from onboarding.errors import BadInput, marked
from onboarding.forecasts import actions, histories, queries, receiving
from onboarding.forecasts.intake import prometheus
from onboarding.forecasts.intake.choice import TIMES, UNITS, Choice
from onboarding.forecasts.intake.declared import DAYS, declared
from onboarding.forecasts.intake.reading import Taken
from onboarding.forecasts.traffic_models import Intake
from onboarding.people.access import actor, can, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment
from onboarding.zones import zones

intakes = Blueprint("intakes", __name__)
LARGEST = 2 * 2**30
PARTS_AT_ONCE = 8
PASTED = 1 << 20


@intakes.before_request
def _large_files() -> None:
    request.max_content_length = LARGEST
    request.max_form_memory_size = PASTED + 100_000


@intakes.get("/turnups/<int:turnup_id>/traffic")
@requires("forecasts.see", "workspace.upload")
def give(turnup_id: int) -> Response:
    return page_or_fragment("forecasts/traffic.html", "forecasts/_give.html", **_given(turnup_id))


def _given(turnup_id: int) -> dict[str, Any]:
    session = db.session()
    return {
        "turnup": visible_turnup(session, me(), turnup_id),
        "history": queries.latest_history(session, turnup_id),
        "shapes": list(DAYS),
        "values": request.form,
        "problem": None,
    }


@intakes.post("/turnups/<int:turnup_id>/traffic")
@requires("forecasts.upload", "workspace.upload")
def give_file(turnup_id: int) -> Response:
    visible_turnup(db.session(), me(), turnup_id)
    try:
        name, source, stream = _what_is_given()
        with closing(stream):
            intake_id = receive(turnup_id, name, source, stream)
    except BadInput as wrong:
        return _again(turnup_id, wrong)
    return done(f"/intakes/{intake_id}")


def _again(turnup_id: int, wrong: BadInput) -> Response:
    context = _given(turnup_id) | {"problem": wrong}
    response = page_or_fragment("forecasts/traffic.html", "forecasts/_give.html", **context)
    response.status_code = wrong.status
    return response


def _what_is_given() -> tuple[str, str, BinaryIO]:
    """(name, source, stream) of a file, a pasted table or the answer of Prometheus."""
    how = forms.choice("how", ["file", "pasted", "prometheus"])
    if how == "file":
        given = request.files.get("history")
        if given is None or not given.filename:
            raise BadInput(
                marked("no file was chosen"),
                place="history",
                hint=marked("choose a table or a log"),
            )
        return plain_name(given), "file", cast(BinaryIO, given.stream)
    if how == "pasted":
        text = forms.text("table", longest=PASTED)
        return "pasted", "pasted", io.BytesIO(text.encode())
    days = int(forms.number("days", least=1, most=prometheus.MOST_DAYS))
    query = forms.text("query", longest=2000)
    url = prometheus.address(forms.text("url", longest=300), query, clock.now(), days)
    table = prometheus.fetch(_ask, url, prometheus.table)
    return "prometheus.csv", "prometheus", io.BytesIO(table)


def _ask(url: str) -> Any:
    """The JSON at `url`. The vendor's people may reach the vendor's own networks, customers not."""
    from onboarding.http_client import call  # noqa: PLC0415 - the web hardly ever asks others

    token = request.form.get("token", "").strip()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    allowed = None if can("forecasts.upload") else ()
    accept = (400, 422)  # Prometheus says there what is wrong with a query
    timeout = prometheus.TIMEOUT_S
    return call("GET", url, headers=headers, timeout=timeout, accept=accept, allowed=allowed).json()


def plain_name(given: FileStorage) -> str:
    """The file's own name, without folders."""
    name = (given.filename or "").replace("\\", "/").replace("\x00", "").rpartition("/")[2]
    return name[:120] or "history"


def receive(turnup_id: int, name: str, source: str, stream: BinaryIO) -> int:
    """Take a file in, part by part, and guess what it holds; returns the intake's id.

    Raises BadInput where it is neither table nor log; nothing of it is kept then."""
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        intake_id = receiving.open_intake(session, actor(), turnup, name, source).id
    kept, full = 0, True
    while full:
        with transaction() as session:
            count = receiving.add_parts(session, intake_id, kept, stream, PARTS_AT_ONCE)
        kept, full = kept + count, count == PARTS_AT_ONCE
    try:
        with transaction() as session:
            receiving.look(session, intake_id)
    except BadInput:
        with transaction() as session:
            receiving.drop(session, intake_id)
        raise
    return intake_id


@intakes.post("/turnups/<int:turnup_id>/traffic/declared")
@requires("forecasts.upload", "workspace.upload")
def declare(turnup_id: int) -> Response:
    try:
        shape = forms.choice("shape", list(DAYS))
        peak, mean = (_figure(name) for name in ("peak", "mean"))
        start = clock.now().replace(minute=0, second=0, microsecond=0) - 4 * queries.WEEK
        history = declared(f"declared, {shape}", shape, start, peak=peak, mean=mean)
    except BadInput as wrong:
        return _again(turnup_id, wrong)
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        taken = Taken(history, len(history.values))
        histories.keep(session, actor(), turnup, history.unique_id, "declared", taken)
        actions.ask(session, actor(), turnup, why=history.unique_id)
    return done(back(turnup_id))


def _figure(name: str) -> float:
    given = forms.text(name, longest=40, needed=False)
    return forms.number_from(given, name, least=1e-3, most=1e9) if given else 0.0


@intakes.get("/intakes/<int:intake_id>")
@requires("forecasts.upload", "workspace.upload")
def look(intake_id: int) -> Response:
    row = _visible(intake_id)
    return page_or_fragment("forecasts/intake.html", "forecasts/_intake.html", **_looked_at(row))


@intakes.post("/intakes/<int:intake_id>/confirm")
@requires("forecasts.upload", "workspace.upload")
def confirm(intake_id: int) -> Response:
    row = _visible(intake_id)
    try:
        choice = _choice(Choice.of(row.choice), len(row.guess.get("columns", [])))
        with transaction() as session:
            receiving.confirm(session, intake_id, choice)
    except BadInput as wrong:
        context = _looked_at(_visible(intake_id)) | {"problem": wrong}
        page = page_or_fragment("forecasts/intake.html", "forecasts/_intake.html", **context)
        page.status_code = wrong.status
        return page
    return done(f"/intakes/{intake_id}")


@intakes.post("/intakes/<int:intake_id>/size")
@requires("forecasts.upload", "workspace.upload")
def settle_size(intake_id: int) -> Response:
    """The answer to a question about the size: as it is, or corrected."""
    row = _visible(intake_id)
    answer = forms.choice("answer", ["as_it_is", "corrected"])
    choice = Choice.of(row.choice).but(sure=True)
    if answer == "corrected":
        choice = choice.but(multiply=choice.multiply * row.suggested)
    with transaction() as session:
        receiving.confirm(session, intake_id, choice)
    return done(f"/intakes/{intake_id}")


@intakes.post("/intakes/<int:intake_id>/drop")
@requires("forecasts.upload", "workspace.upload")
def drop(intake_id: int) -> Response:
    turnup_id = _visible(intake_id).turnup_id
    with transaction() as session:
        receiving.drop(session, intake_id)
    return done(f"/turnups/{turnup_id}/traffic")


def _visible(intake_id: int) -> Intake:
    session = db.session()
    row = receiving.get(session, intake_id)
    visible_turnup(session, me(), row.turnup_id)
    return row


def _looked_at(row: Intake) -> dict[str, Any]:
    session = db.session()
    return {
        "intake": row,
        "turnup": visible_turnup(session, me(), row.turnup_id),
        "choice": Choice.of(row.choice),
        "units": UNITS,
        "times": TIMES,
        "zones": zones(),
        "problem": None,
        "back": back(row.turnup_id),
    }


def _choice(before: Choice, columns: int) -> Choice:
    """The confirmed choice: what was guessed, with what the form says."""
    zone = forms.text("zone", longest=60)
    if before.shape == "log":
        return before.but(zone=zone)
    unit, times = forms.choice("unit", UNITS), forms.choice("times", TIMES)
    size = forms.text("mean_bytes", longest=40, needed=False)
    most = 1e12
    return before.but(
        zone=zone,
        unit=unit,
        times=times,
        time=int(forms.number("time", least=0, most=columns - 1)),
        value=int(forms.number("value", least=0, most=columns - 1)),
        mean_bytes=forms.number_from(size, "mean_bytes", least=1, most=most) if size else 0.0,
        sure=False,
        multiply=1.0,
    )


def back(turnup_id: int) -> str:
    """Customers come back to their workspace, staff to the turn-up."""
    return "/workspace#forecast" if can("workspace.see") else f"/turnups/{turnup_id}#forecast"


def refused(turnup_id: int, error: BadInput) -> tuple[str, int]:
    """The page that says why a history was not taken."""
    turnup = visible_turnup(db.session(), me(), turnup_id)
    page = render_template(
        "forecasts/refused.html", turnup=turnup, error=error, back=back(turnup_id)
    )
    return page, error.status

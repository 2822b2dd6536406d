"""Upload histories, run and sign forecasts; /capacity."""

from os import SEEK_END
from typing import BinaryIO, cast

from flask import Blueprint, Response, request

from onboarding.customers.queries import visible_turnup
from onboarding.db import db, transaction
from onboarding.errors import BadInput, marked
from onboarding.forecasts import actions, histories, queries, signoffs
from onboarding.forecasts.intake.guess import SAMPLE_BYTES, guess
from onboarding.forecasts.intake.reading import read
from onboarding.forecasts.intake_views import back, plain_name, receive, refused
from onboarding.forecasts.lines import GZIP_MAGIC
from onboarding.people.access import actor, can, me, requires
from onboarding.web import forms
from onboarding.web.forms import local_path
from onboarding.web.fragments import done

forecasts = Blueprint("forecasts", __name__)
AT_ONCE_BYTES = 2 * 2**20
AT_ONCE_PACKED = 2**18  # a table packs tenfold and more: what takes seconds is a worker's


def _upload(turnup_id: int) -> Response | tuple[str, int]:
    """A small table with the header ds,y is taken at once; whatever else is looked at first."""
    given = request.files.get("history")
    try:
        if given is None or not given.filename:
            raise BadInput(
                marked("no file was chosen"),
                place="history",
                hint=marked("choose a table or a log"),
            )
        name, stream = plain_name(given), cast(BinaryIO, given.stream)
        visible_turnup(db.session(), me(), turnup_id)
        if not _taken_at_once(turnup_id, name, stream):
            stream.seek(0)
            return done(f"/intakes/{receive(turnup_id, name, 'file', stream)}")
    except BadInput as error:
        return refused(turnup_id, error)
    return done(back(turnup_id))


def _taken_at_once(turnup_id: int, name: str, stream: BinaryIO) -> bool:
    """Whether the table was kept: nothing had to be guessed, and its size is believable."""
    head = stream.read(SAMPLE_BYTES)
    found = guess(head, name)
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    most = AT_ONCE_PACKED if head.startswith(GZIP_MAGIC) else AT_ONCE_BYTES
    if not found.certain or size > most:
        return False
    several = "unique_id" in found.columns
    taken = histories.plain(stream, name) if several else read(stream, name, found.choice)
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        if histories.doubtful(session, turnup, taken):
            return False
        histories.keep(session, actor(), turnup, name, "file", taken)
        actions.ask(session, actor(), turnup, why=f"a history was given, {name}")
        return True


@forecasts.post("/turnups/<int:turnup_id>/history")
@requires("forecasts.upload")
def upload(turnup_id: int) -> Response | tuple[str, int]:
    return _upload(turnup_id)


@forecasts.post("/workspace/<int:turnup_id>/history")
@requires("workspace.upload")
def upload_own(turnup_id: int) -> Response | tuple[str, int]:
    return _upload(turnup_id)


@forecasts.post("/turnups/<int:turnup_id>/forecasts")
@requires("forecasts.run")
def run(turnup_id: int) -> Response:
    with transaction() as session:
        actions.ask(session, actor(), visible_turnup(session, me(), turnup_id))
    return done(back(turnup_id))


@forecasts.post("/forecasts/<int:forecast_id>/sign")
@requires("forecasts.sign")
def sign(forecast_id: int) -> Response:
    note = forms.text("note", longest=500, needed=False)
    with transaction() as session:
        signoffs.sign(session, actor(), me(), forecast_id, note)
    return done(local_path(request.form.get("back", "/")))


def signable(turnup_id: int) -> bool:
    """Whether the user of this request may sign the turn-up's forecast now."""
    forecast = queries.latest(db.session(), turnup_id)
    team = me().team_key
    ready = forecast is not None and forecast.state == "done"
    return bool(
        can("forecasts.sign")
        and ready
        and forecast
        and team in signoffs.SIGNERS
        and team not in queries.signed_by(forecast)
    )

"""The configuration of a turn-up: its newest version, any two held side by side, a new one."""

from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, send_file
from werkzeug.wrappers import Response

from onboarding.configs import actions, files, queries
from onboarding.configs.difference import difference
from onboarding.configs.models import ConfigVersion
from onboarding.customers.models import Turnup
from onboarding.customers.queries import visible_turnup
from onboarding.customers.views import home_of
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import actor, can, me, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done
from onboarding.web.language import _

configs = Blueprint("configs", __name__)
SEE = ("configs.see", "workspace.see")
EDIT = ("configs.edit", "workspace.edit")
AGREE = ("configs.agree", "workspace.edit")


@configs.app_template_global("newest_config")
def newest_config(turnup_id: int) -> ConfigVersion | None:
    """The newest version of a turn-up's configuration, for the card on its pages."""
    return queries.latest(db.session(), turnup_id)


@configs.get("/turnups/<int:turnup_id>/config")
@requires(*SEE)
def newest(turnup_id: int) -> str:
    turnup = visible_turnup(db.session(), me(), turnup_id)
    return _page(turnup, queries.latest(db.session(), turnup_id))


@configs.get("/turnups/<int:turnup_id>/config/<int:number>")
@requires(*SEE)
def one(turnup_id: int, number: int) -> str:
    turnup = visible_turnup(db.session(), me(), turnup_id)
    return _page(turnup, queries.version(db.session(), turnup_id, number))


def _page(turnup: Turnup, shown: ConfigVersion | None) -> str:
    """A version against the one before it, or against `?against=`."""
    everything = queries.versions(db.session(), turnup.id)
    known = {found.number: found for found in everything}
    wanted = request.args.get("against", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 9 else (
        shown.number - 1 if shown else 0
    )  # fmt: skip
    against = known.get(number)
    return render_template(
        "configs/config.html",
        versions=everything,
        shown=shown,
        against=against,
        changes=difference(queries.texts(against), queries.texts(shown)) if shown else [],
        agreed=any(a.user_id == me().id for a in shown.agreements) if shown else False,
        may_agree=any(can(permission) for permission in AGREE),
        may_edit=any(can(permission) for permission in EDIT),
        zone=me().timezone,
        back=home_of(turnup.id),
        **_form(turnup, everything[0] if everything else None, request.args.get("edit", "")),
    )


def _form(turnup: Turnup, latest: ConfigVersion | None, edited: str) -> dict[str, Any]:
    """What the form of a new version needs; `edited` names the file it starts with."""
    texts = queries.texts(latest)
    start = {"name": edited, "text": texts[edited]} if edited in texts else {}
    return {"turnup": turnup, "latest": latest, "values": start, "problem": None}


@configs.post("/turnups/<int:turnup_id>/config")
@requires(*EDIT)
def add(turnup_id: int) -> Response:
    turnup = visible_turnup(db.session(), me(), turnup_id)
    try:
        given, removed = _given(), request.form.getlist("remove")
        note = forms.text("note", longest=500)
        based_on = int(forms.number("based_on", least=0, most=10**8))
        with transaction() as session:
            turnup = visible_turnup(session, me(), turnup_id)
            made = actions.add_version(session, actor(), turnup, based_on, given, removed, note)
            number = made.number
    except BadInput as wrong:
        latest = queries.latest(db.session(), turnup_id)
        return again(
            "configs/_form.html",
            wrong,
            title=_("Configuration"),
            turnup=turnup,
            latest=latest,
            removed=request.form.getlist("remove"),
            back=f"/turnups/{turnup_id}/config",
        )
    return done(f"/turnups/{turnup_id}/config/{number}")


def _given() -> dict[str, str]:
    """The files of the form: one typed in, and those handed in, whose own names count."""
    given: dict[str, str] = {}
    name, text = request.form.get("name", "").strip(), request.form.get("text", "")
    if text.strip() and not name:
        raise BadInput("the file needs a name", place="name", hint="as in vcl/main.vcl")
    if name:
        given[name] = text
    for upload in request.files.getlist("files")[: files.MOST_FILES + 1]:
        if upload.filename:
            own = upload.filename.replace("\\", "/").rpartition("/")[2]
            content = upload.read(files.LARGEST_FILE * 4 + 1)
            given[own] = files.decoded(own[:60], content)
    return given


@configs.post("/turnups/<int:turnup_id>/config/<int:number>/agree")
@requires(*AGREE)
def agree(turnup_id: int, number: int) -> Response:
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        actions.agree(session, actor(), me(), turnup, number)
    return done(f"/turnups/{turnup_id}/config/{number}")


@configs.get("/turnups/<int:turnup_id>/config/<int:number>/files/<path:name>")
@requires(*SEE)
def file(turnup_id: int, number: int, name: str) -> Response:
    visible_turnup(db.session(), me(), turnup_id)
    text = queries.texts(queries.version(db.session(), turnup_id, number)).get(name)
    if text is None:
        raise NotFound("There is no such file in this version", hint="go back and look again")
    # Always a download under a neutral type: what people hand in is never run in our pages.
    own = name.rpartition("/")[2]
    return send_file(BytesIO(text.encode()), "application/octet-stream", True, download_name=own)

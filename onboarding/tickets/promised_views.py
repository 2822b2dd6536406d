"""/tickets/promises: how long answers, solutions and hand-overs may take, for whoever runs the site."""

import re
from datetime import timedelta

from flask import Blueprint, Response, render_template

from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.tickets import promised
from onboarding.tickets.clocks import KINDS, SEVERITIES
from onboarding.web import forms
from onboarding.web.fragments import again, done

promising = Blueprint("promising", __name__)
UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,2})?) ?(min|h|d)")


@promising.get("/tickets/promises")
@requires("settings.edit")
def show() -> str:
    times = promised.times(db.session())
    values = {f"{kind}_{severity}": words(span) for (kind, severity), span in times.items()}
    return render_template("tickets/promises.html", values=values, problem=None, **_choices())


def _choices() -> dict[str, object]:
    return {"kinds": KINDS, "severities": SEVERITIES}


@promising.post("/tickets/promises")
@requires("settings.edit")
def change() -> Response:
    try:
        given = {(kind, n): _length(f"{kind}_{n}") for kind in KINDS for n in SEVERITIES}
        with transaction() as session:
            promised.change(session, actor(), given)
    except BadInput as wrong:
        return again("tickets/_promises_form.html", wrong, title="What is promised", **_choices())
    return done("/tickets/promises")


def _length(name: str) -> timedelta:
    text = forms.one_line(name, longest=20)
    found = LENGTH.fullmatch(text.strip().lower())
    if found is None:
        raise BadInput(f"{text!r} is no length of time", place=name, hint="like 15 min, 4 h or 2 d")
    return float(found[1]) * UNITS[found[2]]


def words(span: timedelta) -> str:
    """As the form takes it: in hours where these are whole or halves, else in minutes."""
    hours = span / UNITS["h"]
    return f"{hours:g} h" if hours >= 1 and hours % 0.5 == 0 else f"{span / UNITS['min']:g} min"

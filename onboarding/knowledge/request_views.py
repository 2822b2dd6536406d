"""/knowledge/requests: what customers want of the product."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from onboarding.customers.queries import by_slug
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.knowledge import requests
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done

request_pages = Blueprint("request_pages", __name__)
PER_PAGE = 50


@request_pages.get("/knowledge/requests")
@requires("knowledge.see")
def listed() -> str:
    state = request.args.get("state", "open")
    state = state if state in requests.STATES else ""
    given = request.args.get("page", "1")
    number = int(given) if given.isascii() and given.isdigit() and 0 < len(given) < 6 else 1
    offset = (max(number, 1) - 1) * PER_PAGE
    rows, total = requests.listed(db.session(), state, PER_PAGE, offset)
    return render_template(
        "knowledge/requests.html",
        rows=rows,
        state=state,
        states=requests.STATES,
        number=max(number, 1),
        pages=-(-total // PER_PAGE),
        **_empty(),
    )


def _empty() -> dict[str, Any]:
    return {"values": {}, "problem": None}


@request_pages.post("/knowledge/requests")
@requires("knowledge.write")
def make() -> Response:
    try:
        title = forms.one_line("title", longest=requests.LONGEST_TITLE)
        text, area = forms.text("text", longest=4000, needed=False), request.form.get("area", "")
        slug = forms.text("customer", longest=100, needed=False)
        with transaction() as session:
            row = requests.make(session, actor(), title, text, area)
            if slug:
                customer = by_slug(session, slug)
                heard = requests.Heard(f"customer:{customer.id}", customer_id=customer.id)
                requests.want(session, actor(), row.id, heard)
            number = row.id
    except BadInput as wrong:
        return again("knowledge/_request_form.html", wrong, title="Feature request")
    return done(f"/knowledge/requests/{number}")


@request_pages.get("/knowledge/requests/<int:request_id>")
@requires("knowledge.see")
def show(request_id: int) -> str:
    return render_template(
        "knowledge/request.html",
        wish=requests.get(db.session(), request_id),
        state_names=[(one, one) for one in requests.STATES],
        zone=me().timezone,
        **_empty(),
    )


@request_pages.post("/knowledge/requests/<int:request_id>/state")
@requires("knowledge.write")
def turn(request_id: int) -> Response:
    state, why = (
        forms.choice("state", requests.STATES),
        forms.text("why", longest=500, needed=False),
    )
    with transaction() as session:
        requests.turn(session, actor(), request_id, state, why)
    return done(f"/knowledge/requests/{request_id}")

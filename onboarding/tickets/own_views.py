"""/questions: a customer's own tickets, without the notes that are written about them."""

from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user

from onboarding.customers import queries as customers
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, me, requires
from onboarding.tickets import actions, followers, forms, queries
from onboarding.tickets.actions import Opening, Said
from onboarding.web import forms as fields
from onboarding.web.fragments import again, done, page_or_fragment
from onboarding.web.language import _, speak

questions = Blueprint("questions", __name__)


@questions.before_request
def _in_their_language() -> None:
    if current_user.is_authenticated:
        speak(*current_user.languages)


@questions.get("/questions")
@requires("workspace.ask")
def listed() -> Response:
    page = request.args.get("page", "0")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0
    rows, more = queries.of_requester(db.session(), me(), number)
    return page_or_fragment(
        "tickets/questions.html",
        "tickets/_questions.html",
        rows=rows,
        more=more,
        at=number,
        said=_said(),
    )


def _said() -> dict[str, str]:
    """What a customer reads of each state: whose turn it is."""
    ours, yours = _("we are on it"), _("we wait for your answer")
    return {
        "new": _("we have it"),
        **dict.fromkeys(("claimed", "asked", "accepted", "answered"), ours),
        **dict.fromkeys(("waiting", "talking"), yours),
        **dict.fromkeys(("resolved", "closed", "merged"), _("solved")),
    }


def _severities() -> list[tuple[str, str]]:
    return [
        ("4", _("I have a question")),
        ("3", _("Something is wrong")),
        ("2", _("A part of our site is broken")),
        ("1", _("Our site is down")),
    ]


@questions.get("/questions/new")
@requires("workspace.ask")
def new() -> Response:
    return page_or_fragment(
        "tickets/ask.html", "tickets/_ask_form.html", values={}, problem=None, **_choices()
    )


def _choices() -> dict[str, Any]:
    session = db.session()
    customer = customers.customer_of(session, me())
    turnups = customers.turnups_of(session, customer) if customer else ()
    return {
        "severities": _severities(),
        "turnups": [("", _("none of them")), *((str(row.id), row.name) for row in turnups)],
    }


@questions.post("/questions")
@requires("workspace.ask")
def ask() -> Response:
    try:
        text, files = forms.text(), forms.files()
        subject = fields.one_line("subject", longest=200)
        bad, turnup_id = forms.severity(3), forms.maybe_number("turnup_id")
        with transaction() as session:
            customer = customers.customer_of(session, me())
            if turnup_id is not None:
                customers.visible_turnup(session, me(), turnup_id)
            asked = Opening(
                text,
                "form",
                subject,
                bad,
                requester=me(),
                customer_id=customer.id if customer else None,
                turnup_id=turnup_id,
                files=files,
            )
            number = actions.open_ticket(session, actor(), asked).id
    except BadInput as wrong:
        return again("tickets/_ask_form.html", wrong, title=_("Ask us"), **_choices())
    return done(f"/questions/{number}")


@questions.get("/questions/<int:ticket_id>")
@requires("workspace.ask")
def show(ticket_id: int) -> Response:
    session = db.session()
    ticket = queries.going_on(session, queries.visible(session, me(), ticket_id))
    along = followers.readers(session, ticket)
    own = next((row for row in along if row.user_id == me().id), None)
    return page_or_fragment(
        "tickets/question.html",
        "tickets/_question.html",
        ticket=ticket,
        lines=queries.public_messages(session, ticket),
        said=_said(),
        along=along,
        stop=followers.link(own) if own else "",
        zone=me().timezone,
        values={},
        problem=None,
    )


@questions.post("/questions/<int:ticket_id>/messages")
@requires("workspace.ask")
def say(ticket_id: int) -> Response:
    try:
        text, files = forms.text(), forms.files()
        with transaction() as session:
            ticket = queries.visible(session, me(), ticket_id)
            actions.add_message(
                session, actor(), ticket.id, Said(text, "web", me().name, files=files)
            )
    except BadInput as wrong:
        ticket = queries.visible(db.session(), me(), ticket_id)
        return again("tickets/_further_form.html", wrong, title=ticket.subject, ticket=ticket)
    return done(f"/questions/{ticket_id}")

"""/tickets: what customers ask, who has it, and answering it."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, request, send_file
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers import queries as customers
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people import queries as people
from onboarding.people.access import actor, me, requires
from onboarding.tickets import actions, followers, forms, queries, texts, timing
from onboarding.tickets.clocks import PLANS, SEVERITIES
from onboarding.tickets.handoff import STATES, SUPPORT, possible
from onboarding.tickets.models import Ticket
from onboarding.tickets.queries import VIEWS, Asked
from onboarding.trail.log import head_number
from onboarding.web import forms as fields
from onboarding.web.fragments import again, done, page_or_fragment

tickets = Blueprint("tickets", __name__)
MOST_PAGES = 10_000


@tickets.get("/tickets")
@requires("tickets.see")
def listed() -> Response:
    session, asked = db.session(), _asked()
    number = texts.called(asked.words)
    if number is not None and session.get(Ticket, number) is not None:
        return done(f"/tickets/{number}")
    rows, more = queries.listed(session, asked)
    return page_or_fragment(
        "tickets/tickets.html",
        "tickets/_tickets.html",
        rows=rows,
        more=more,
        asked=asked,
        views=VIEWS,
        teams=people.teams(session),
        persons=people.staff(session),
        counts=queries.counts(session, me().id),
        states=STATES,
        kept={key: value for key, value in _kept(asked).items() if value},
        due={row.id: timing.state_of(row, clock.now()) for row in rows},
    )


def _kept(asked: Asked) -> dict[str, str | int]:
    """What the address of another view or page goes on asking for."""
    about = {"customer": asked.customer, "turnup": asked.turnup, "cutover": asked.cutover}
    return {"team": asked.team, "person": asked.person, "q": asked.words, **about}


def _asked() -> Asked:
    """What the address asks for; what is no choice is left aside."""
    view, page = request.args.get("view", "open"), request.args.get("page", "0")
    words = request.args.get("q", "").replace("\x00", "").strip()[:200]
    return Asked(
        view=view if view in VIEWS else "open",
        user=me().id,
        team=request.args.get("team", "").replace("\x00", "")[:100],
        customer=_number("customer"),
        turnup=_number("turnup"),
        cutover=_number("cutover"),
        person=_number("person"),
        words=words,
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() else 0,
    )


def _number(name: str) -> int:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


@tickets.get("/tickets/new")
@requires("tickets.answer")
def new() -> Response:
    return page_or_fragment("tickets/new.html", "tickets/_new_form.html", **_choices())


def _choices() -> dict[str, Any]:
    return {
        "severities": severity_choices(),
        "values": {**request.args, "severity": "3"},
        "problem": None,
    }


def severity_choices() -> list[tuple[str, str]]:
    """(value, words) of the field for how bad it is."""
    return [(str(number), f"{number}: {words}") for number, words in SEVERITIES.items()]


@tickets.post("/tickets")
@requires("tickets.answer")
def take() -> Response:
    """What a customer asked by another way (a call, a talk), written down for them."""
    try:
        name = fields.one_line("name", longest=200, needed=False)
        email = fields.one_line("email", longest=254, needed=False)
        slug = fields.one_line("customer", longest=100, needed=False)
        text, files, bad = forms.text(), forms.files(), forms.severity()
        subject = fields.one_line("subject", longest=200)
        turnup, cutover = forms.maybe_number("turnup_id"), forms.maybe_number("cutover_id")
        with transaction() as session:
            customer = customers.by_slug(session, slug) if slug else None
            asked = actions.Opening(
                text,
                "form",
                subject,
                bad,
                name=name,
                email=email,
                customer_id=customer.id if customer else None,
                turnup_id=turnup,
                cutover_id=cutover,
                files=files,
            )
            number = actions.open_ticket(session, actor(), asked).id
    except BadInput as wrong:
        return again("tickets/_new_form.html", wrong, title="New ticket", **_rest(_choices()))
    return done(f"/tickets/{number}")


def _rest(choices: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in choices.items() if key not in ("values", "problem")}


@tickets.get("/tickets/<int:ticket_id>")
@requires("tickets.see")
def show(ticket_id: int) -> Response:
    session = db.session()
    return page_or_fragment(
        "tickets/ticket.html", "tickets/_ticket.html", **shown(session, ticket_id)
    )


def shown(session: Session, ticket_id: int) -> dict[str, Any]:
    """What the page of a ticket needs for whoever is signed in."""
    ticket = queries.get(session, ticket_id)
    number = head_number(session, ticket.stream)  # before the rest: what comes between is an event
    handovers = queries.handovers(session, ticket)
    running = handovers[0] if handovers and handovers[0].ended_at is None else None
    involved = {row.accepted_by for row in handovers} | {row.asked_by for row in handovers}
    return {
        "ticket": ticket,
        "number": number,
        "lines": queries.messages(session, ticket),
        "handovers": handovers,
        "running": running,
        "stints": queries.stints(session, ticket),
        "names": people.names(session, {one for one in involved if one}),
        "place": STATES[ticket.state],
        "can_now": possible(ticket.state),
        "ours": running is not None and me().team_key == running.team,
        "teams": [(t.key, t.name) for t in people.teams(session) if t.key != SUPPORT],
        "severities": SEVERITIES,
        "severity_choices": severity_choices(),
        "plans": PLANS,
        "due": timing.state_of(ticket, clock.now()),
        "promises": timing.promises(session, ticket),
        "plan": queries.plan_of(session, ticket.customer_id),
        "along": followers.shown(session, ticket),
        "goes_to": [one.address for one in followers.readers(session, ticket)],
        "zone": me().timezone,
        "values": {},
        "problem": None,
    }


@tickets.get("/tickets/<int:ticket_id>/files/<int:file_id>")
@requires("tickets.see", "workspace.ask")
def file(ticket_id: int, file_id: int) -> Response:
    """A file, always as a download: what strangers sent is never shown by our own site."""
    session = db.session()
    ticket = queries.visible(session, me(), ticket_id)
    found = queries.file(session, me(), ticket, file_id)
    answer = send_file(
        BytesIO(found.content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=found.name,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

"""What is done in a ticket: answers, notes, claiming, handing over, taking back, solving."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from onboarding.customers import queries as customers
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, me, requires
from onboarding.people.models import User
from onboarding.tickets import (
    actions,
    closing,
    crossing,
    following,
    forms,
    handing,
    merging,
    queries,
)
from onboarding.tickets.about import About, set_about, set_plan
from onboarding.tickets.clocks import PLANS
from onboarding.tickets.views import shown
from onboarding.trail.log import Actor
from onboarding.web import forms as fields
from onboarding.web.fragments import again, done

working = Blueprint("tickets_working", __name__, url_prefix="/tickets/<int:ticket_id>")
Do = Callable[[Session, Actor, User], object]


def _do(ticket_id: int, form: str, title: str, act: Do) -> Response:
    """One action within a transaction, and back to the ticket; a fault at a field shows its form
    again with what was typed."""
    who, user = actor(), me()
    try:
        with transaction() as session:
            act(session, who, user)
    except BadInput as wrong:
        context = shown(db.session(), ticket_id)
        del context["values"], context["problem"]
        return again(
            f"tickets/_{form}_form.html",
            wrong,
            title=title,
            back=f"/tickets/{ticket_id}",
            **context,
        )
    return done(f"/tickets/{ticket_id}")


@working.post("/reply")
@requires("tickets.answer")
def reply(ticket_id: int) -> Response:
    """`seen` is the number of the last message that the writer saw: where an answer came since, it
    is shown first, once; what was typed is kept."""

    def act(session: Session, who: Actor, user: User) -> None:
        text, files = forms.text(), forms.files()
        seen = forms.maybe_number("seen")
        if seen is not None and not request.form.get("anyway"):
            crossing.check(session, user, ticket_id, seen)
        actions.reply(session, who, user, ticket_id, text, files, forms.maybe_number("corrects"))

    return _do(ticket_id, "reply", "Answer the customer", act)


@working.post("/note")
@requires("tickets.answer")
def note(ticket_id: int) -> Response:
    def act(session: Session, who: Actor, user: User) -> None:
        actions.note(session, who, user, ticket_id, forms.text("note"), forms.files("note_files"))

    return _do(ticket_id, "note", "Internal note", act)


@working.post("/claim")
@requires("tickets.own")
def claim(ticket_id: int) -> Response:
    """`owner` is who owned it on the page that was read: two who claim at once do not both win."""
    owner = forms.maybe_number("owner")
    with transaction() as session:
        handing.claim(session, actor(), me(), ticket_id, owner or None)
    return done(f"/tickets/{ticket_id}")


@working.post("/assign")
@requires("tickets.own")
def assign(ticket_id: int) -> Response:
    def act(session: Session, who: Actor, user: User) -> None:
        team = fields.text("team", longest=100)
        handing.assign(session, who, user, ticket_id, team, forms.text("question"))

    return _do(ticket_id, "assign", "Hand over", act)


@working.post("/accept")
@requires("tickets.answer")
def accept(ticket_id: int) -> Response:
    with transaction() as session:
        handing.accept(session, actor(), me(), ticket_id)
    return done(f"/tickets/{ticket_id}")


@working.post("/answer")
@requires("tickets.answer")
def answer(ticket_id: int) -> Response:
    def act(session: Session, who: Actor, user: User) -> None:
        handing.answer(session, who, user, ticket_id, forms.text("words"))

    return _do(ticket_id, "answer", "Answer support", act)


@working.post("/return")
@requires("tickets.answer")
def give_back(ticket_id: int) -> Response:
    def act(session: Session, who: Actor, user: User) -> None:
        handing.give_back(session, who, user, ticket_id, forms.text("reason"))

    return _do(ticket_id, "return", "Return it", act)


@working.post("/take-back")
@requires("tickets.own")
def take_back(ticket_id: int) -> Response:
    with transaction() as session:
        handing.take_back(session, actor(), ticket_id)
    return done(f"/tickets/{ticket_id}")


@working.post("/resolve")
@requires("tickets.own")
def resolve(ticket_id: int) -> Response:
    def act(session: Session, who: Actor, user: User) -> None:
        resolution = forms.text("resolution")
        closing.resolve(
            session, who, user, ticket_id, resolution, forms.text("words", needed=False)
        )

    return _do(ticket_id, "resolve", "Resolve", act)


@working.post("/close")
@requires("tickets.own")
def close(ticket_id: int) -> Response:
    def act(session: Session, who: Actor, user: User) -> None:
        link = fields.text("doc_link", longest=500, needed=False)
        why = fields.text("no_doc", longest=500, needed=False)
        closing.close(session, who, ticket_id, link, why)

    return _do(ticket_id, "close", "Close", act)


@working.post("/reopen")
@requires("tickets.own")
def reopen(ticket_id: int) -> Response:
    with transaction() as session:
        closing.reopen(session, actor(), ticket_id)
    return done(f"/tickets/{ticket_id}")


@working.post("/merge")
@requires("tickets.own")
def merge(ticket_id: int) -> Response:
    def act(session: Session, who: Actor, user: User) -> None:
        into = forms.maybe_number("into")
        if into is None:
            raise BadInput("into which?", place="into", hint="the number of the other ticket")
        merging.merge(session, who, ticket_id, into)

    return _do(ticket_id, "merge", "Merge", act)


@working.post("/followers")
@requires("tickets.own")
def follow(ticket_id: int) -> Response:
    """Somebody gets the answers by mail from now on, whose address is typed in."""

    def act(session: Session, who: Actor, _user: User) -> None:
        given = fields.text("address", longest=following.LONGEST)
        following.follow(session, who, ticket_id, given)

    return _do(ticket_id, "follow", "Add someone", act)


@working.post("/followers/<int:row_id>/write-to")
@requires("tickets.own")
def write_to(ticket_id: int, row_id: int) -> Response:
    """The answers go to whoever was named in a mail, too."""

    def act(session: Session, who: Actor, _user: User) -> None:
        following.write_to(session, who, ticket_id, row_id)

    return _do(ticket_id, "follow", "Add someone", act)


@working.post("/followers/<int:row_id>/remove")
@requires("tickets.own")
def remove(ticket_id: int, row_id: int) -> Response:
    with transaction() as session:
        following.remove(session, actor(), ticket_id, row_id)
    return done(f"/tickets/{ticket_id}")


@working.post("/about")
@requires("tickets.own")
def about(ticket_id: int) -> Response:
    def act(session: Session, who: Actor, user: User) -> None:
        slug = fields.one_line("customer", longest=100, needed=False)
        customer = customers.by_slug(session, slug) if slug else None
        given = About(
            forms.severity(),
            customer.id if customer else None,
            forms.maybe_number("turnup_id"),
            forms.maybe_number("cutover_id"),
            fields.one_line("tracker_link", longest=500, needed=False),
        )
        set_about(session, who, ticket_id, given)

    return _do(ticket_id, "about", "What it is about", act)


@working.post("/plan")
@requires("tickets.own")
def plan(ticket_id: int) -> Response:
    """The support plan of the ticket's customer."""
    chosen = fields.choice("plan", list(PLANS))
    with transaction() as session:
        customer = queries.get(session, ticket_id).customer
        if customer is None:
            raise BadInput("it is nobody's yet", place="plan", hint="say whose ticket it is first")
        set_plan(session, actor(), customer, chosen)
    return done(f"/tickets/{ticket_id}")

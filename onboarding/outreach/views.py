"""/outreach: what customers are told first: the list, one of them, and what is done with it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer
from onboarding.customers.queries import by_slug
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.outbox.models import Message
from onboarding.outreach import actions, choosing, letters, queries, rounds
from onboarding.outreach.models import Outreach
from onboarding.outreach.queries import PAGE, Wanted
from onboarding.outreach.round_views import round_form
from onboarding.outreach.states import OPEN, STATES, possible
from onboarding.outreach.wording import ANSWERS
from onboarding.people.access import actor, me, requires
from onboarding.people.queries import names
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.fragments import again, done, page_or_fragment
from onboarding.web.language import LANGUAGES

outreach = Blueprint("outreach", __name__, url_prefix="/outreach")
KINDS = {"trouble": "trouble", "chance": "chances"}
#: What a customer's answer means to staff.
ANSWERED = {
    "known": "they know and are working on it",
    "planned": "it is planned",
    "help": "they ask for help",
    "fine": "nothing is wrong there",
    "yes": "they want the round",
    "no": "not now",
}
SNOOZES = (("60", "an hour"), ("480", "8 hours"), ("1440", "a day"), ("10080", "a week"))


@outreach.get("")
@requires("outreach.see")
def listed() -> Response:
    session, wanted = db.session(), _wanted()
    rows, count = queries.listed(session, wanted)
    dark, dark_count = queries.unwatched(session)
    return page_or_fragment(
        "outreach/list.html",
        "outreach/_list.html",
        rows=rows,
        count=count,
        pages=-(-count // PAGE),
        wanted=wanted,
        arguments=_arguments(wanted),
        states=("open", *STATES),
        kinds=KINDS,
        open_states=OPEN,
        cause=letters.cause,
        unseen=queries.unseen(session),
        watched=queries.watched(session),
        unwatched=dark,
        unwatched_count=dark_count,
    )


def _wanted() -> Wanted:
    given = request.args
    state = given.get("state", "open")
    page = given.get("page", "1")
    return Wanted(
        state=state if state in ("", "open", *STATES) else "open",
        kind=given.get("kind", "") if given.get("kind") in KINDS else "",
        sender=me().id if given.get("who") == "mine" else None,
        page=max(1, int(page[:5])) if page.isascii() and page.isdigit() else 1,
    )


def _arguments(wanted: Wanted) -> Callable[..., dict[str, Any]]:
    """The filter's part of an address, with some of it changed."""
    now = {"state": wanted.state, "kind": wanted.kind, "who": "mine" if wanted.sender else ""}

    def arguments(**change: Any) -> dict[str, Any]:
        return {key: value for key, value in (now | change).items() if value or key == "state"}

    return arguments


@outreach.get("/<int:outreach_id>")
@requires("outreach.see")
def show(outreach_id: int) -> Response:
    session = db.session()
    return _show(session, queries.get(session, outreach_id))


def _show(session: Session, row: Outreach, problem: BadInput | None = None) -> Response:
    response = page_or_fragment(
        "outreach/one.html",
        "outreach/_one.html",
        row=row,
        meaning=STATES[row.state],
        seen=letters.seen(row),
        cause=letters.cause(row),
        possible=lambda event: possible(row.state, event),
        watch=queries.watch_of(session, row.turnup_id),
        people=letters.readers(session, row),
        sent_by=_name(session, row.sent_by),
        answered_by=_name(session, row.answered_by),
        answers=[(key, ANSWERED[key]) for key in ANSWERS[row.kind]],
        answered=ANSWERED.get(row.answer.partition(":")[0], ""),
        answer_words=row.answer.partition(": ")[2],
        snoozes=SNOOZES,
        wish=rounds.wish_of(row),
        put_off=row.snoozed_until is not None and row.snoozed_until > clock.now(),
        delivery=_delivery(session, row),
        zone=me().timezone,
        values=request.form,
        problem=problem,
        **(round_form(session, row.turnup_id) if row.kind == "chance" else {}),
    )
    if problem is not None:
        response.status_code = problem.status
    return response


def _name(session: Session, who: str) -> str:
    if not who:
        return ""
    user_id = Actor(who, "").user_id
    return names(session, [user_id]).get(user_id, who) if user_id else "Turnup"


def _delivery(session: Session, row: Outreach) -> list[Message]:
    query = select(Message).where(Message.topic == f"{letters.TOPIC}{row.id}")
    return list(session.scalars(query.order_by(Message.id)))


@outreach.post("/<int:outreach_id>/send")
@requires("outreach.send")
def send(outreach_id: int) -> Response:
    version = int(forms.number("version", least=1, most=1e9))
    with transaction() as session:
        actions.send(session, actor(), outreach_id, version)
    return done(f"/outreach/{outreach_id}")


@outreach.post("/<int:outreach_id>/edit")
@requires("outreach.send")
def edit(outreach_id: int) -> Response:
    try:
        version = int(forms.number("version", least=1, most=1e9))
        subject = forms.one_line("subject", longest=180)
        text = forms.text("text", longest=8000)
        with transaction() as session:
            actions.edit(session, actor(), outreach_id, version, subject, text)
    except BadInput as problem:
        session = db.session()
        return _show(session, queries.get(session, outreach_id), problem)
    return done(f"/outreach/{outreach_id}")


@outreach.post("/<int:outreach_id>/answered")
@requires("outreach.send")
def answered(outreach_id: int) -> Response:
    """What the customer said on another way."""
    try:
        key = forms.text("answer", longest=20)
        words = forms.text("words", longest=2000, needed=False)
        with transaction() as session:
            actions.answer(session, actor(), outreach_id, key, words)
    except BadInput as problem:
        session = db.session()
        return _show(session, queries.get(session, outreach_id), problem)
    return done(f"/outreach/{outreach_id}")


@outreach.post("/<int:outreach_id>/dismiss")
@requires("outreach.send")
def dismiss(outreach_id: int) -> Response:
    reason = forms.text("reason", longest=500, needed=False)
    with transaction() as session:
        actions.dismiss(session, actor(), outreach_id, reason)
    return done(f"/outreach/{outreach_id}")


@outreach.post("/<int:outreach_id>/close")
@requires("outreach.send")
def close(outreach_id: int) -> Response:
    outcome = forms.choice("outcome", list(actions.OUTCOMES))
    reason = forms.text("reason", longest=500, needed=False)
    with transaction() as session:
        actions.close(session, actor(), outreach_id, outcome, reason)
    return done(f"/outreach/{outreach_id}")


@outreach.post("/<int:outreach_id>/snooze")
@requires("outreach.send")
def snooze(outreach_id: int) -> Response:
    minutes = int(forms.choice("minutes", [key for key, _ in SNOOZES]))
    with transaction() as session:
        actions.snooze(session, actor(), outreach_id, minutes)
    return done(f"/outreach/{outreach_id}")


@outreach.get("/customers/<slug>")
@requires("outreach.see")
def settings_of(slug: str) -> str:
    return _settings(by_slug(db.session(), slug))


def _settings(customer: Customer) -> str:
    session = db.session()
    return render_template(
        "outreach/settings.html",
        customer=customer,
        setting=queries.setting_of(session, customer.id),
        mutes=queries.mutes(session, customer.id),
        rows=queries.of_customer(session, customer.id, 20),
        senders=[("account_manager", "account manager"), ("support", "support on rotation")],
        languages=[("", "as their people's profiles say"), *LANGUAGES.items()],
        signals=[("", "everything"), *((one, one) for one in choosing.SIGNALS_FOUND)],
        sender=queries.sender(session, customer, queries.setting_of(session, customer.id)),
        open_states=OPEN,
        zone=me().timezone,
    )


@outreach.post("/customers/<slug>/setting")
@requires("outreach.edit")
def choose(slug: str) -> Response:
    automatic = request.form.get("automatic") == "1"
    sender, language = forms.text("sender", longest=40), request.form.get("language", "")
    with transaction() as session:
        customer = by_slug(session, slug)
        choosing.choose(
            session, actor(), customer, automatic=automatic, sender=sender, language=language
        )
    return done(f"/outreach/customers/{slug}")


@outreach.post("/customers/<slug>/mutes")
@requires("outreach.edit")
def mute(slug: str) -> Response:
    try:
        signal = forms.text("signal", longest=40, needed=False)
        days = forms.number("days", least=0.01, most=choosing.LONGEST_DAYS)
        reason = forms.text("reason", longest=500)
        with transaction() as session:
            choosing.mute(session, actor(), by_slug(session, slug), signal, days, reason)
    except BadInput as problem:
        signals = [("", "everything"), *((one, one) for one in choosing.SIGNALS_FOUND)]
        customer = by_slug(db.session(), slug)
        return again(
            "outreach/_mute_form.html", problem, title="Mute", signals=signals, customer=customer
        )
    return done(f"/outreach/customers/{slug}")


@outreach.post("/customers/<slug>/mutes/<int:mute_id>/end")
@requires("outreach.edit")
def unmute(slug: str, mute_id: int) -> Response:
    with transaction() as session:
        choosing.unmute(session, actor(), by_slug(session, slug), mute_id)
    return done(f"/outreach/customers/{slug}")

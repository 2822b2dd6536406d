"""/pages: who was called for what; answering in the app and by the link in a message."""

from flask import Blueprint, Response, render_template, request

from onboarding.db import db, transaction
from onboarding.errors import BadInput, Refused
from onboarding.paging import actions, letters, links, queries, reaching
from onboarding.paging.escalation import WAIT_S
from onboarding.people import queries as people
from onboarding.people.access import actor, me, public, requires
from onboarding.people.models import User
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.forms import local_path
from onboarding.web.fragments import again, done, page_or_fragment
from onboarding.web.language import _

paging = Blueprint("paging", __name__)
STATES = ("open", "acknowledged", "resolved")


@paging.get("/pages")
@requires("paging.see")
def listed() -> Response:
    session, state = db.session(), request.args.get("state", "")
    state, given = state if state in STATES else "", request.args.get("page", "")
    at = max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    pages, more = queries.listed(session, state, at)
    return page_or_fragment(
        "paging/pages.html",
        "paging/_pages.html",
        pages=pages,
        at=at,
        more=more,
        mine={page.id for page in queries.mine(session, me().id)},
        state=state,
        states=STATES,
        teams=[(team.key, team.name) for team in people.teams(session)],
        severities=[(severity, severity) for severity in WAIT_S],
    )


@paging.post("/pages")
@requires("paging.page")
def call_a_team() -> Response:
    team, text = forms.text("team", longest=100), forms.text("text")
    severity = forms.choice("severity", list(WAIT_S))
    with transaction() as session:
        subject = f"team:{team}"
        key = actions.key_of(me(), [subject], text)  # pressed twice, it is one page
        row = actions.page(session, actor(), subject, [subject], text, "/pages", key, severity)
        number = row.id
    return done(f"/pages/{number}")


@paging.get("/pages/<int:page_id>")
@requires("paging.see")
def show(page_id: int) -> Response:
    session = db.session()
    page = queries.get(session, page_id)
    steps = actions.standing(page).steps
    names = people.names(session, {step.user for step in steps})
    return page_or_fragment(
        "paging/page.html",
        "paging/_page.html",
        paged=page,
        steps=steps,
        names=names,
        ways=letters.WAYS,
        letters=queries.delivery(session, page),
        zone=me().timezone,
    )


@paging.post("/pages/<int:page_id>/acknowledge")
@requires("paging.answer")
def acknowledge(page_id: int) -> Response:
    with transaction() as session:
        actions.acknowledge(session, actor(), me(), page_id)
    return done(local_path(request.form.get("back", f"/pages/{page_id}")))


@paging.post("/pages/<int:page_id>/resolve")
@requires("paging.answer")
def resolve(page_id: int) -> Response:
    outcome = forms.text("outcome", longest=500, needed=False)
    with transaction() as session:
        actions.resolve(session, actor(), page_id, outcome)
    return done(f"/pages/{page_id}")


@paging.get("/pages/answer/<token>")
@public
def asked(token: str) -> str:
    page_id, user_id = links.read("answer", token)
    page = queries.get(db.session(), page_id)
    user = db.session().get_one(User, user_id)
    return render_template("paging/answer.html", page=page, user=user, token=token, problem=None)


@paging.post("/pages/answer/<token>")
@public
def answer(token: str) -> tuple[str, int]:
    page_id, user_id = links.read("answer", token)
    problem, status = None, 200
    try:
        with transaction() as session:
            user = session.get_one(User, user_id)
            actions.acknowledge(session, Actor(f"user:{user_id}", "link"), user, page_id)
    except Refused as refused:
        problem, status = refused, refused.status
    session = db.session()
    page, user = queries.get(session, page_id), session.get_one(User, user_id)
    shown = {"page": page, "user": user, "token": token, "problem": problem}
    return render_template("paging/answer.html", **shown), status


@paging.get("/pages/reach")
@requires("paging.answer")
def reach() -> Response:
    return page_or_fragment("paging/reach.html", "paging/_reach.html", **_reach())


def _reach() -> dict[str, object]:
    rows = queries.reaches(db.session(), me().id)
    return {"reaches": rows, "ways": letters.WAYS, "values": {}, "problem": None}


@paging.post("/pages/reach")
@requires("paging.answer")
def add_reach() -> Response:
    try:
        channel = forms.text("channel", longest=20)
        address = forms.text("address", longest=300)
        with transaction() as session:
            row = reaching.add(session, actor(), me(), channel, address)
            reaching.test(session, actor(), me(), row.id)
    except BadInput as problem:
        return again(
            "paging/_reach_form.html", problem, title=_("How you are reached"), ways=letters.WAYS
        )
    return done("/pages/reach")


@paging.post("/pages/reach/<int:reach_id>/<any(test,remove):verb>")
@requires("paging.answer")
def change_reach(reach_id: int, verb: str) -> Response:
    with transaction() as session:
        act = reaching.test if verb == "test" else reaching.remove
        act(session, actor(), me(), reach_id)
    return done("/pages/reach")


@paging.get("/pages/proof/<token>")
@public
def proof(token: str) -> str:
    links.read("proof", token)
    return render_template("paging/proof.html", token=token, proved=False)


@paging.post("/pages/proof/<token>")
@public
def prove(token: str) -> str:
    reach_id, user_id = links.read("proof", token)
    with transaction() as session:
        user = session.get_one(User, user_id)
        reaching.prove(session, Actor(f"user:{user_id}", "link"), user, reach_id)
    return render_template("paging/proof.html", token=token, proved=True)

"""The flip on the web: a person's verbs, and the faults of a rehearsal."""

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.ramps import actions, rehearsal
from onboarding.ramps.muting import LONGEST_MIN, MUTABLE
from onboarding.ramps.stand_in import Answer, answer
from onboarding.ramps.status import panel, status
from onboarding.ramps.unseen import SAID
from onboarding.readiness.evidence import ready
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import USUAL
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment, wants_fragment
from onboarding.web.problems import wants_json

ramps = Blueprint("ramps", __name__)
WAIT_S = 2.0  # for most verbs; the page follows what comes later
SAFETY_S = 8.0  # long enough for a dead conductor's lease to run out, so that somebody acts
SAFETY = ("hold", "rollback", "unwind")


@ramps.post("/cutovers/<int:cutover_id>/ramp/<any(start,go,skip,resume,back,finish,abandon):verb>")
@requires("ramps.flip")
def flip(cutover_id: int, verb: str) -> Response:
    return _asked(cutover_id, verb)


@ramps.post("/cutovers/<int:cutover_id>/ramp/<any(confirm,adopt,restore):verb>")
@requires("ramps.flip")
def settle(cutover_id: int, verb: str) -> Response:
    return _asked(cutover_id, verb)


@ramps.post("/cutovers/<int:cutover_id>/ramp/hold")
@requires("ramps.hold")
def hold(cutover_id: int) -> Response:
    return _asked(cutover_id, "hold")


@ramps.post("/cutovers/<int:cutover_id>/ramp/<any(rollback,unwind):verb>")
@requires("ramps.rollback")
def rollback(cutover_id: int, verb: str) -> Response:
    return _asked(cutover_id, verb)


@ramps.post("/cutovers/<int:cutover_id>/ramp/<any(mute,unmute):verb>")
@requires("ramps.flip")
def mute(cutover_id: int, verb: str) -> Response | tuple[str, int]:
    """A refused form comes back as the page of controls, with what was typed and why."""
    if wants_json() or wants_fragment():
        return _asked(cutover_id, verb)
    try:
        return _asked(cutover_id, verb)
    except BadInput as wrong:
        return _controls(cutover_id, problem=wrong), wrong.status


def _script() -> str:
    """What breaks by itself, one row of the form for each fault; empty where nothing does."""
    rows = [("script", "script_step"), ("script_2", "script_step_2"), ("script_3", "script_step_3")]
    faults = []
    for kind, step in rows:
        if request.form.get(kind):
            number = forms.number(step, least=1, most=1000) if request.form.get(step) else 1
            faults.append(f"{forms.choice(kind, list(USUAL))}@{number:.0f}")
    return ",".join(faults)


def _asked(cutover_id: int, verb: str) -> Response:
    """Write the command, wait a little for its answer, and say it. `seen` is what the person saw;
    `key` comes with the form, so that a double click is one command."""
    arguments: dict[str, Any] = {}
    if verb == "back":
        arguments["step"] = int(forms.number("step", least=0, most=1000))
    if verb == "go":
        arguments[SAID] = forms.text(SAID, longest=10, needed=False) == "yes"
    if verb == "start" and (script := _script()):
        arguments["script"] = script
    if verb in ("mute", "unmute"):
        arguments["signal"] = forms.choice("signal", MUTABLE)
    if verb == "mute":
        arguments["minutes"] = forms.number("minutes", least=1, most=LONGEST_MIN)
    with transaction() as session:
        command_id = actions.ask(
            session,
            actor(),
            cutover_id,
            verb,
            key=forms.text("key", longest=100, needed=False) or secrets.token_hex(12),
            seen=forms.text("seen", longest=100, needed=False),
            arguments=arguments,
            reason=forms.text("reason", longest=2000, needed=verb == "mute"),
        ).id
    seconds = SAFETY_S if verb in SAFETY else WAIT_S
    found = answer(command_id, ready, seconds=seconds).check()
    return _said(cutover_id, found)


def _said(cutover_id: int, found: Answer) -> Response:
    if wants_json():
        body = {"command": found.command, "verb": found.verb, "state": found.state}
        return jsonify({**body, "answer": found.text, "status": status(db.session(), cutover_id)})
    if wants_fragment():
        return make_response(render_template("ramps/_answer.html", answer=found))
    return done(f"/cutovers/{cutover_id}")


@ramps.get("/cutovers/<int:cutover_id>/ramp")
@requires("ramps.see")
def show(cutover_id: int) -> Response:
    """The controls alone, as a fragment or JSON: for pages that only want to flip."""
    session = db.session()
    if wants_json():
        return jsonify(status(session, cutover_id))
    cutover = cutovers.get(session, cutover_id)
    found = panel(session, cutover, ready(session, cutover_id))
    context = {"cutover": cutover, "flip": found, "next": request.path}
    return page_or_fragment("ramps/flip.html", "ramps/_controls.html", **context)


def _controls(cutover_id: int, problem: BadInput) -> str:
    session = db.session()
    cutover = cutovers.get(session, cutover_id)
    found = panel(session, cutover, ready(session, cutover_id))
    return render_template("ramps/flip.html", cutover=cutover, flip=found, problem=problem)


@ramps.post("/cutovers/<int:cutover_id>/faults")
@requires("ramps.rehearse")
def inject(cutover_id: int) -> Response:
    kind = forms.choice("kind", list(FAULTS))
    seconds = forms.number("seconds", least=1, most=86400)
    given = forms.text("strength", longest=10, needed=False)
    strength = forms.number("strength", least=0.001, most=1) if given else None
    with transaction() as session:
        rehearsal.inject(session, actor(), cutover_id, kind, seconds, strength)
    return done(f"/cutovers/{cutover_id}")


@ramps.post("/cutovers/<int:cutover_id>/faults/clear")
@requires("ramps.rehearse")
def clear(cutover_id: int) -> Response:
    with transaction() as session:
        rehearsal.clear(session, actor(), cutover_id)
    return done(f"/cutovers/{cutover_id}")

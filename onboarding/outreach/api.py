"""/api/v1/outreach: what customers are told first, for other systems; with the API token of a person."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from onboarding.clock import iso
from onboarding.customers.queries import by_slug
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.outreach import actions, letters, queries
from onboarding.outreach.models import Outreach
from onboarding.outreach.queries import PAGE, Wanted
from onboarding.outreach.states import STATES
from onboarding.people.access import actor, requires
from onboarding.web.csrf import bearer_only

outreach_api = bearer_only(Blueprint("outreach_api", __name__, url_prefix="/api/v1"))
TIMES = ("onset", "opened_at", "sent_at", "answered_at", "healed_at", "ended_at", "snoozed_until")


@outreach_api.get("/outreach")
@requires("outreach.see")
def listed() -> Response:
    """A page of 50; `next` is the `page` of the next, null at the end."""
    given, session = request.args, db.session()
    state, page = given.get("state", "open"), given.get("page", "1")
    if state not in ("", "open", *STATES):
        hint = f"open, {', '.join(STATES)}, or empty for all"
        raise BadInput(f"there is no state {state!r}", place="state", hint=hint)
    if not (page.isascii() and page.isdigit() and int(page[:6]) > 0):
        raise BadInput(f"{page!r} is no page", place="page", hint="a number from 1 on")
    customer = by_slug(session, given["customer"]).id if given.get("customer") else None
    wanted = Wanted(state=state, customer=customer, page=int(page[:6]))
    rows, count = queries.listed(session, wanted)
    more = wanted.page * PAGE < count
    return jsonify(
        {"outreach": [_shown(row) for row in rows], "next": wanted.page + 1 if more else None}
    )


@outreach_api.get("/outreach/<int:outreach_id>")
@requires("outreach.see")
def one(outreach_id: int) -> Response:
    return jsonify(_shown(queries.get(db.session(), outreach_id)))


@outreach_api.post("/outreach/<int:outreach_id>/<any(send,answer,dismiss,close):verb>")
@requires("outreach.send")
def act(outreach_id: int, verb: str) -> Response:
    """`send` takes `{"version"}`, `answer` `{"answer", "words"?}`, `dismiss` `{"reason"?}`, `close`
    `{"outcome", "reason"?}`; answers with the outreach as it is then, 409 where it cannot be."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadInput("this is no JSON object", place="body", hint="an object in braces")
    with transaction() as session:
        if verb == "send":
            row = actions.send(session, actor(), outreach_id, _whole(given, "version"))
        elif verb == "answer":
            words = _text(given, "answer"), _text(given, "words", needed=False)
            row = actions.answer(session, actor(), outreach_id, *words)
        elif verb == "dismiss":
            reason = _text(given, "reason", needed=False)
            row = actions.dismiss(session, actor(), outreach_id, reason)
        else:
            words = _text(given, "outcome"), _text(given, "reason", needed=False)
            row = actions.close(session, actor(), outreach_id, *words)
        return jsonify(_shown(row))


def _text(given: dict[str, Any], name: str, *, needed: bool = True) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > 2000 or "\x00" in value:
        raise BadInput("this is no text", place=name, hint="at most 2000 characters in quotes")
    if needed and not value.strip():
        raise BadInput("this is needed", place=name, hint="give it")
    return value.strip()


def _whole(given: dict[str, Any], name: str) -> int:
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadInput("this is no whole number", place=name, hint="as the outreach has it")
    return value


def _shown(row: Outreach) -> dict[str, Any]:
    moments = {name: getattr(row, name) for name in TIMES}
    return {
        "id": row.id,
        "customer": row.customer.slug,
        "turnup_id": row.turnup_id,
        "kind": row.kind,
        "state": row.state,
        "signals": [
            {"signal": name, "sentence": sign["sentence"], "healed": bool(sign.get("healed"))}
            for name, sign in row.signals.items()
        ],
        "cause": row.cause,
        "cause_said": letters.cause(row),
        "language": row.language,
        "subject": row.subject,
        "text": row.text,
        "version": row.version,
        "sender": row.sender.email if row.sender else None,
        "answer": row.answer,
        "outcome": row.outcome,
        "round_id": row.round_id,
        **{name: iso(moment) if moment else None for name, moment in moments.items()},
    }

"""POST /api/v1/cutovers/<id>/counts: counts per arm and interval, from systems that have them.

Protected by a token of the cutover's own (`metrics.actions.new_token`), not by a user's: the
systems that push may do nothing else. The document is described in `metrics.pushes`.
"""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.metrics.actions import check_token, push
from onboarding.metrics.pushes import read_rows
from onboarding.people.access import public
from onboarding.web.csrf import bearer_only

LARGEST = 1024 * 1024  # bytes of one push
pushing = bearer_only(Blueprint("pushing", __name__, url_prefix="/api/v1"))


@pushing.post("/cutovers/<int:cutover_id>/counts")
@public
def counts(cutover_id: int) -> tuple[Response, int]:
    """Take counts in; the same push again changes nothing. Answers 202 with how many were new."""
    feed = f"cutover:{cutover_id}"
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    check_token(db.session(), feed, token.strip() if kind.lower() == "bearer" else "")
    rows = read_rows(_document(), clock.now())
    with transaction() as session:
        new = push(session, feed, rows)
    return jsonify({"new": new, "known": len(rows) - new}), 202


def _document() -> Any:
    """The body as JSON; raises BadInput with line and column, or RequestEntityTooLarge."""
    request.max_content_length = LARGEST
    body = request.get_data(cache=False)
    if len(body) > LARGEST:
        raise RequestEntityTooLarge
    try:
        return json.loads(body, parse_constant=_no_number)
    except json.JSONDecodeError as wrong:
        place = f"line {wrong.lineno}, column {wrong.colno}"
        raise BadInput(f"this is no JSON: {wrong.msg}", place=place, hint="send JSON") from wrong
    except (ValueError, RecursionError) as wrong:  # not UTF-8, endless digits, endless nesting
        raise BadInput("this is no JSON", place="body", hint="send JSON in UTF-8, flat") from wrong


def _no_number(name: str) -> Any:
    raise BadInput(f"{name} is no count", place="counts", hint="whole numbers of 0 or more")

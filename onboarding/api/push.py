"""Counts per arm and interval, pushed by systems that have them.

POST /api/v1/cutovers/<id>/counts       our own JSON, described in `metrics.pushes`
POST /api/v1/cutovers/<id>/v1/metrics   OTLP over HTTP, JSON or protobuf, described in `metrics.otlp`
POST /api/v1/cutovers/<id>/push-token   the token that these take, made by who may wire

The counts are protected by a token of the cutover's own (`metrics.actions.new_token`), not by a
user's: the systems that push may do nothing else.
"""

import zlib

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.utils import import_string

from onboarding import clock
from onboarding.api.documents import body, json_document
from onboarding.cutovers.pushing import make_push_token
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.metrics.actions import check_token, grow
from onboarding.metrics.otlp import read_points, rows_of
from onboarding.metrics.pushes import read_rows
from onboarding.people.access import actor, public, requires
from onboarding.ramps.pushed import take_in
from onboarding.web.csrf import bearer_only

LARGEST = 1024 * 1024  # bytes of one push, unzipped too
PROTOBUF = "application/x-protobuf"
pushing = bearer_only(Blueprint("pushing", __name__, url_prefix="/api/v1"))


@pushing.post("/cutovers/<int:cutover_id>/push-token")
@requires("cutovers.wire")
def push_token(cutover_id: int) -> tuple[Response, int]:
    """For who wires by a program: the token is in this answer and nowhere else."""
    with transaction() as session:
        token = make_push_token(session, actor(), cutover_id)
    return jsonify({"token": token}), 201


@pushing.post("/cutovers/<int:cutover_id>/counts")
@public
def counts(cutover_id: int) -> tuple[Response, int]:
    """Take counts in; the same push again changes nothing. Answers 202 with how many were new, and
    a `detail` where counts came too late to be judged."""
    feed = _feed(cutover_id)
    rows = read_rows(json_document(body(LARGEST), "counts"), clock.now())
    with transaction() as session:
        taken = take_in(session, cutover_id, feed, rows)
    answer = {"new": taken.new, "known": len(rows) - taken.new}
    return jsonify(answer | ({"detail": taken.warning} if taken.warning else {})), 202


@pushing.post("/cutovers/<int:cutover_id>/v1/metrics")
@public
def otlp(cutover_id: int) -> Response:
    """Take an OTLP export in; answers as the protocol has it: 200 and, in the encoding that was
    sent, an empty response, or a warning in its `partial_success` that rejects no point."""
    feed = _feed(cutover_id)
    if request.mimetype not in (PROTOBUF, "application/json"):
        raise UnsupportedMediaType(f"Send {PROTOBUF} or application/json")
    given = _unzipped(body(LARGEST))
    binary = request.mimetype == PROTOBUF
    # by name: protobuf is heavy, and most installations never see it
    document = import_string("onboarding.metrics.otlp_binary:document")(given) if binary else None
    now = clock.now()
    points = read_points(document if binary else json_document(given, "counts"), now)
    with transaction() as session:
        found = grow(session, feed, points)
        rows = rows_of(found.points, now)
        said = take_in(session, cutover_id, feed, rows, found.restarts).warning
    if not binary:
        return jsonify({"partialSuccess": {"errorMessage": said}} if said else {})
    word = import_string("onboarding.metrics.otlp_binary:answer")(said) if said else b""
    return Response(word, content_type=PROTOBUF)


def _feed(cutover_id: int) -> str:
    """The cutover's feed, if the request has its token; raises NotAllowed."""
    feed = f"cutover:{cutover_id}"
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    check_token(db.session(), feed, token.strip() if kind.lower() == "bearer" else "")
    return feed


def _unzipped(given: bytes) -> bytes:
    """The body without its gzip, never more than LARGEST of it."""
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding == "identity":
        return given
    if encoding != "gzip":
        raise UnsupportedMediaType("Send it as it is, or with gzip")
    unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = unzip.decompress(given, LARGEST + 1)
    except zlib.error as wrong:
        raise BadInput("this is no gzip", place="body", hint="correct Content-Encoding") from wrong
    if len(plain) > LARGEST:
        raise RequestEntityTooLarge
    return plain

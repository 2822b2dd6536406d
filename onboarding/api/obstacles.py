"""/api/v1/freezes and /api/v1/ships: what other programs know of freezes and releases."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from onboarding import clock
from onboarding.api.documents import body, json_document
from onboarding.clock import iso, parse
from onboarding.customers.queries import by_slug
from onboarding.cutovers import freezes, queries, ships
from onboarding.cutovers.freezes import HOLIDAY, FreezeSaid
from onboarding.cutovers.models import Freeze, Ship
from onboarding.cutovers.ships import ShipSaid
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.web.csrf import bearer_only

obstacles_api = bearer_only(Blueprint("obstacles_api", __name__, url_prefix="/api/v1"))
LARGEST = 64 * 1024
AHEAD = timedelta(days=3660)
FREEZE = {"name": 100, "reason": 500, "region": 60, "customer": 100, "key": 180}
SHIP = {"name": 100, "owner": 100, "risk": 10, "note": 2000, "key": 180}
OPTIONAL = ("reason", "region", "customer", "key", "note")
TIMES = ("starts_at", "ends_at")


@obstacles_api.get("/freezes")
@requires("cutovers.see")
def listed_freezes() -> Response:
    rows = queries.freeze_rows(db.session(), clock.now())
    return jsonify({"freezes": [_freeze(row) for row in rows]})


@obstacles_api.post("/freezes")
@requires("cutovers.plan")
def add_freeze() -> tuple[Response, int]:
    given = _document(FREEZE)
    customer = by_slug(db.session(), given["customer"]).id if given["customer"] else None
    said = FreezeSaid(
        given["name"],
        given["starts_at"],
        given["ends_at"],
        given["reason"],
        given["region"],
        customer,
        _uid(given["key"]),
    )
    with transaction() as session:
        row, outcome = freezes.add_freeze(session, actor(), said)
        return jsonify(_freeze(row)), 201 if outcome == "made" else 200


@obstacles_api.delete("/freezes/<int:freeze_id>")
@requires("cutovers.plan")
def remove_freeze(freeze_id: int) -> tuple[str, int]:
    with transaction() as session:
        freezes.remove_freeze(session, actor(), freeze_id)
    return "", 204


@obstacles_api.get("/ships")
@requires("cutovers.see")
def listed_ships() -> Response:
    now = clock.now()
    return jsonify({"ships": [_ship(row) for row in queries.ships(db.session(), now, now + AHEAD)]})


@obstacles_api.post("/ships")
@requires("ships.edit")
def add_ship() -> tuple[Response, int]:
    given = _document(SHIP)
    texts = (given["name"], given["owner"], given["risk"])
    times = (given["starts_at"], given["ends_at"])
    said = ShipSaid(*texts, *times, given["note"], _uid(given["key"]))
    with transaction() as session:
        row, outcome = ships.add_ship(session, actor(), said)
        return jsonify(_ship(row)), 201 if outcome == "made" else 200


@obstacles_api.delete("/ships/<int:ship_id>")
@requires("ships.edit")
def withdraw_ship(ship_id: int) -> tuple[str, int]:
    with transaction() as session:
        ships.withdraw_ship(session, actor(), ship_id)
    return "", 204


def _document(texts: Mapping[str, int]) -> dict[str, Any]:
    """The fields of what was sent: texts of at most so many characters, and two times."""
    given = json_document(body(LARGEST))
    if not isinstance(given, dict):
        raise BadInput("this is no JSON object", place="body", hint='like {"name": …}')
    if unknown := sorted(set(given) - {*texts, *TIMES}):
        known = ", ".join([*texts, *TIMES])
        raise BadInput("there is no such field", place=str(unknown[0])[:60], hint=known)
    found: dict[str, Any] = {
        name: _text(given.get(name), name, longest) for name, longest in texts.items()
    }
    return found | {name: _time(given.get(name), name) for name in TIMES}


def _text(value: Any, name: str, longest: int) -> str:
    value = "" if value is None else value
    if not isinstance(value, str) or "\x00" in value or len(value) > longest:
        raise BadInput("this does not do", place=name, hint=f"a text of up to {longest} characters")
    if not value.strip() and name not in OPTIONAL:
        raise BadInput("this is needed", place=name, hint="a text")
    return value.strip()


def _time(value: Any, name: str) -> datetime:
    try:
        return parse(value)
    except (ValueError, TypeError, OverflowError):
        shown = str(value)[:40]
        raise BadInput(f"{shown!r} is no time", place=name, hint="2027-01-31T14:00:00Z") from None


def _uid(key: str) -> str:
    """A key of a program never meets those of holidays."""
    return f"api:{key}" if key else ""


def _source(row: Freeze | Ship) -> str:
    if row.feed_id is not None:
        return "calendar"
    if row.uid.startswith(HOLIDAY):
        return "holidays"
    return "program" if row.uid else "person"


def _shown(row: Freeze | Ship) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "starts_at": iso(row.starts_at),
        "ends_at": iso(row.ends_at),
        "key": row.uid.removeprefix("api:") if row.uid.startswith("api:") else "",
        "source": _source(row),
    }


def _freeze(row: Freeze) -> dict[str, Any]:
    customer = row.customer.slug if row.customer else None
    return _shown(row) | {"reason": row.reason, "region": row.region, "customer": customer}


def _ship(row: Ship) -> dict[str, Any]:
    ready = iso(row.ready_at) if row.ready_at else None
    said = {"owner": row.owner, "risk": row.risk, "note": row.note}
    return _shown(row) | said | {"ready_at": ready}

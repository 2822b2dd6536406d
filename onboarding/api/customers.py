"""/api/v1/customers: customers for other systems, with the API token of a person who may."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from onboarding import clock
from onboarding.api.documents import body, json_document
from onboarding.board.importing import document, planned, take_in
from onboarding.customers import queries
from onboarding.customers.models import Customer, Turnup
from onboarding.customers.planning import Plan
from onboarding.customers.records import Record, record_from
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.web.csrf import bearer_only

customers_api = bearer_only(Blueprint("customers_api", __name__, url_prefix="/api/v1"))
LARGEST = 1024 * 1024  # bytes of one document
MOST = 100  # customers of one document, and of one page


@customers_api.get("/customers")
@requires("customers.see")
def listed() -> Response:
    """A page of customers by id, those above `after`; `next` is the `after` of the next page."""
    after, limit = _whole("after", 0, 2**31 - 1), _whole("limit", MOST, MOST)
    session = db.session()
    query = select(Customer).where(Customer.id > after).order_by(Customer.id).limit(limit + 1)
    external = request.args.get("external_id", "").replace("\x00", "")
    if external:
        query = query.where(Customer.external_id == external)
    rows = session.scalars(query.options(*_WITH)).all()
    more = rows[limit - 1].id if len(rows) > limit else None
    return jsonify({"customers": [_shown(row) for row in rows[:limit]], "next": more})


_WITH = (
    selectinload(Customer.account_manager),
    selectinload(Customer.turnups).selectinload(Turnup.hostnames),
)


@customers_api.get("/customers/<slug>")
@requires("customers.see")
def one(slug: str) -> Response:
    return jsonify(_shown(queries.by_slug(db.session(), slug)))


@customers_api.post("/customers")
@requires("customers.edit")
def take() -> tuple[Response, int]:
    """Make and change customers, all or none: 201 where one was made, else 200; 422 names every
    fault. With `?dry_run=1` nothing is written; with `?invite=1` contacts are invited by mail."""
    records, faults = _records(json_document(body(LARGEST)))
    dry = _said("dry_run")
    if not faults and not dry:
        return _taken(records)
    found = planned(db.session(), records)
    return _answer(found, [*faults, *found.faults], written=False)


def _taken(records: list[Record]) -> tuple[Response, int]:
    found = planned(db.session(), records)
    if found.faults:
        return _answer(found, list(found.faults), written=False)
    with transaction() as session:
        found = take_in(session, actor(), records, invite=_said("invite"))
    return _answer(found, [], written=True)


def _answer(found: Plan, faults: list[BadInput], *, written: bool) -> tuple[Response, int]:
    said = document(found, faults, written=written)
    if faults:
        response = jsonify({"status": 422, "title": "Nothing was written", **said})
        response.content_type = "application/problem+json"
        return response, 422
    return jsonify(said), 201 if written and found.count("made") else 200


def _records(sent: Any) -> tuple[list[Record], list[BadInput]]:
    """The records of `{"customers": [{…}, …]}` and what is wrong with them."""
    given = sent.get("customers") if isinstance(sent, dict) else None
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        hint = f'{{"customers": [{{"name": …}}, …]}}, 1 to {MOST} of them'
        raise BadInput("there is no list of customers", place="customers", hint=hint)
    records: list[Record] = []
    faults: list[BadInput] = []
    for number, one in enumerate(given):
        place = f"customers[{number}]"
        if not isinstance(one, dict):
            faults.append(BadInput("is no object", place=place, hint='like {"name": "Acme"}'))
            continue
        record, wrong = record_from(one, place)
        faults += wrong
        if record is not None:
            records.append(record)
    return records, faults


def _shown(row: Customer) -> dict[str, Any]:
    manager = row.account_manager
    return {
        "id": row.id,
        "slug": row.slug,
        "external_id": row.external_id,
        "name": row.name,
        "timezone": row.timezone,
        "help_level": row.help_level,
        "account_manager": manager.email if manager else None,
        "created_at": clock.iso(row.created_at),
        "turnups": [
            {
                "id": turnup.id,
                "name": turnup.name,
                "stage": turnup.stage,
                "hostnames": [hostname.name for hostname in turnup.hostnames],
            }
            for turnup in row.turnups
        ],
    }


def _said(name: str) -> bool:
    return request.args.get(name, "") in ("1", "true", "yes")


def _whole(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= most):
        raise BadInput(f"{text[:40]!r} does not do", place=name, hint=f"a number up to {most}")
    return int(text)

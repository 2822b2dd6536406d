"""The page on which a table of customers is looked at and taken in."""

from flask import Blueprint, Response, request

from onboarding.board.importing import planned, take_in
from onboarding.customers.planning import Plan
from onboarding.customers.records import FIELDS, Record
from onboarding.customers.sheet import LARGEST, read_sheet
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.web import forms
from onboarding.web.fragments import page_or_fragment

imports = Blueprint("imports", __name__)
MOST = 500  # rows of one table: a request has to end; `turnup customers import` takes more
SHOWN = 500


@imports.before_request
def _tables() -> None:
    request.max_content_length = 2 * LARGEST
    request.max_form_memory_size = LARGEST + 100_000


@imports.get("/imports/customers")
@requires("customers.edit")
def give() -> Response:
    return _page("", None, ())


@imports.post("/imports/customers")
@requires("customers.edit")
def look_or_take() -> Response:
    """`do`: look shows what the table would do; take does it, whole or not at all."""
    do = forms.choice("do", ["look", "take"])
    given = request.files.get("table")
    content = given.read() if given and given.filename else _pasted().encode()
    records, faults = read_sheet(content, MOST)
    if do == "look" or faults:
        return _looked(content, records, faults)
    try:
        with transaction() as session:
            found = take_in(session, actor(), records, invite=_invites())
    except BadInput:  # somebody was there in between: every fault is shown again
        return _looked(content, records, faults)
    return _page("", found, (), taken=True)


def _invites() -> bool:
    """Whether whoever looked at the table had its contacts invited."""
    return request.form.get("invite", "") == "yes"


def _pasted() -> str:
    return request.form.get("pasted", "")


def _looked(content: bytes, records: list[Record], faults: list[BadInput]) -> Response:
    found = planned(db.session(), records)
    wrong = (*faults, *found.faults)
    response = _page(content.decode("utf-8", "replace"), found, wrong)
    response.status_code = 422 if wrong else 200
    return response


def _page(
    pasted: str, found: Plan | None, faults: tuple[BadInput, ...], *, taken: bool = False
) -> Response:
    return page_or_fragment(
        "board/import.html",
        "board/_import.html",
        pasted=pasted,
        plan=found,
        faults=faults,
        taken=taken,
        invite=_invites(),
        fields=FIELDS,
        most=SHOWN,
    )

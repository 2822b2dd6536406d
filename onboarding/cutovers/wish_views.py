"""What a customer wishes of a window, said by themselves or for them; times of theirs in which
nothing is switched."""

from flask import Blueprint, Response, render_template, request

from onboarding import clock
from onboarding.customers import queries as customers
from onboarding.customers.models import Customer
from onboarding.cutovers import freezes, queries, wishes
from onboarding.cutovers.freezes import FreezeSaid
from onboarding.cutovers.models import Freeze
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound, marked
from onboarding.people.access import actor, me, requires
from onboarding.people.places import countries
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.language import language

wish_pages = Blueprint("wish_pages", __name__)
OWN, STAFF = "/workspace/windows", "/customers/<slug>/windows"


@wish_pages.get(OWN)
@requires("workspace.see")
def own() -> str:
    return _page(_own(), "/workspace/windows")


@wish_pages.get(STAFF)
@requires("customers.see")
def theirs(slug: str) -> str:
    return _page(customers.by_slug(db.session(), slug), f"/customers/{slug}/windows")


@wish_pages.post(OWN)
@requires("workspace.edit")
def set_own() -> Response | tuple[str, int]:
    return _set(_own(), "/workspace/windows")


@wish_pages.post(STAFF)
@requires("customers.edit")
def set_theirs(slug: str) -> Response | tuple[str, int]:
    return _set(customers.by_slug(db.session(), slug), f"/customers/{slug}/windows")


@wish_pages.post(f"{OWN}/never")
@requires("workspace.edit")
def own_never() -> Response | tuple[str, int]:
    return _never(_own(), "/workspace/windows")


@wish_pages.post(f"{STAFF}/never")
@requires("customers.edit")
def their_never(slug: str) -> Response | tuple[str, int]:
    return _never(customers.by_slug(db.session(), slug), f"/customers/{slug}/windows")


@wish_pages.post(f"{OWN}/never/<int:freeze_id>/remove")
@requires("workspace.edit")
def own_again(freeze_id: int) -> Response:
    return _again(_own(), freeze_id, "/workspace/windows")


@wish_pages.post(f"{STAFF}/never/<int:freeze_id>/remove")
@requires("customers.edit")
def their_again(slug: str, freeze_id: int) -> Response:
    return _again(customers.by_slug(db.session(), slug), freeze_id, f"/customers/{slug}/windows")


def _own() -> Customer:
    customer = customers.customer_of(db.session(), me())
    if customer is None:
        raise NotFound(
            marked("You belong to no customer yet"), hint=marked("ask whoever invited you")
        )
    return customer


def _page(customer: Customer, here: str, form: str = "", problem: BadInput | None = None) -> str:
    session = db.session()
    row = wishes.of(session, customer.id)
    if form == "wishes":
        values = {**request.form, "days": request.form.getlist("days")}
    elif row is None:
        values = {}
    else:
        begin, _, end = row.hours.partition("-")
        values = {
            "country": row.country,
            "subdivision": row.subdivision,
            "holidays": "1" if row.holidays else "",
            "days": [str(day) for day in row.days],
            "from": begin,
            "until": end,
        }
    return render_template(
        "cutovers/wishes.html",
        customer=customer,
        here=here,
        values=values,
        typed=request.form if form == "never" else {},
        form=form,
        problem=problem,
        countries=countries(language()),
        freezes=queries.freeze_rows(session, clock.now(), customer.id),
    )


def _set(customer: Customer, here: str) -> Response | tuple[str, int]:
    number = customer.id
    try:
        days = request.form.getlist("days")
        if any(day not in "1234567" or len(day) != 1 for day in days):
            raise BadInput(
                marked("this is no weekday"), place="days", hint=marked("choose from the list")
            )
        said = wishes.WishesSaid(
            forms.text("country", longest=10, needed=False),
            forms.text("subdivision", longest=40, needed=False),
            bool(request.form.get("holidays")),
            tuple(int(day) for day in days),
            (
                forms.text("from", longest=5, needed=False),
                forms.text("until", longest=5, needed=False),
            ),
        )
        with transaction() as session:
            wishes.set_wishes(session, actor(), session.get_one(Customer, number), said)
    except BadInput as problem:
        return _page(db.session().get_one(Customer, number), here, "wishes", problem), 422
    return done(here)


def _never(customer: Customer, here: str) -> Response | tuple[str, int]:
    number, zone = customer.id, customer.timezone
    try:
        said = FreezeSaid(
            forms.one_line("name", longest=100),
            forms.moment("starts_at", zone),
            forms.moment("ends_at", zone),
            customer_id=number,
        )
        with transaction() as session:
            freezes.add_freeze(session, actor(), said)
    except BadInput as problem:
        return _page(db.session().get_one(Customer, number), here, "never", problem), 422
    return done(here)


def _again(customer: Customer, freeze_id: int, here: str) -> Response:
    number = customer.id
    with transaction() as session:
        freeze = session.get(Freeze, freeze_id)
        if freeze is None or freeze.customer_id != number:
            raise NotFound(
                marked("There is no freeze {freeze_id} of this customer", freeze_id=freeze_id)
            )
        freezes.remove_freeze(session, actor(), freeze_id)
    return done(here)

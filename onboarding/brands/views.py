"""/brand: what customers see, chosen by staff; and the logo and colours as pages fetch them."""

from flask import Blueprint, Response, render_template, request

from onboarding.brands import actions, queries
from onboarding.brands.colours import NIGHT, PAPER, colour, legible, on
from onboarding.brands.models import Brand
from onboarding.brands.pictures import HIGHEST, LARGEST, WIDEST
from onboarding.customers.models import Customer
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import actor, public, requires
from onboarding.web import forms
from onboarding.web.fragments import done

brands = Blueprint("brands", __name__)
FOREVER = "public, max-age=31536000, immutable"  # another picture or colour has another address


@brands.get("/brand")
@requires("settings.edit")
def of_all() -> str:
    return _form(None)


@brands.post("/brand")
@requires("settings.edit")
def choose_for_all() -> tuple[str, int] | Response:
    return _choose(None)


@brands.get("/customers/<int:customer_id>/brand")
@requires("sharing.edit")
def of_customer(customer_id: int) -> str:
    return _form(_customer(customer_id))


@brands.post("/customers/<int:customer_id>/brand")
@requires("sharing.edit")
def choose_for_customer(customer_id: int) -> tuple[str, int] | Response:
    return _choose(_customer(customer_id))


def _customer(customer_id: int) -> Customer:
    found = db.session().get(Customer, customer_id)
    if found is None:
        raise NotFound(f"There is no customer {customer_id}")
    return found


def _choose(customer: Customer | None) -> tuple[str, int] | Response:
    number = customer.id if customer else None
    file = request.files.get("logo")
    try:
        with transaction() as session:
            actions.choose(
                session,
                actor(),
                number,
                name=forms.text("name", needed=False),
                tint=forms.text("colour", needed=False),
                logo=file.read(LARGEST + 1) if file and file.filename else None,
                without_logo=request.form.get("without_logo") == "yes",
            )
    except BadInput as wrong:
        return _form(customer, wrong), wrong.status
    return done(request.path)


def _form(customer: Customer | None, problem: BadInput | None = None) -> str:
    session = db.session()
    row = queries.row_of(session, customer.id if customer else None) or Brand()
    kept = {"name": row.name or "", "colour": row.colour or ""}
    look = (
        queries.of_customer(session, customer.id)
        if customer
        else queries.Look(row.name or "", row.colour or "", row.logo_digest or "")
    )
    return render_template(
        "brands/brand.html",
        customer=customer,
        row=row,
        look=look,
        values=request.form if problem else kept,
        problem=problem,
        limits={"kib": LARGEST // 1024, "wide": WIDEST, "high": HIGHEST},
    )


@brands.get("/brand/<digest>.png")
@public
def logo(digest: str) -> Response:
    """Protected by its address, which nobody guesses; anybody may see a logo."""
    answer = Response(queries.logo(db.session(), digest), mimetype="image/png")
    answer.headers["Cache-Control"] = FOREVER
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@brands.get("/brand/<chosen>.css")
@public
def tints(chosen: str) -> Response:
    """Nothing to protect: a colour as the few that are made of it, each legible where it is used."""
    tint = colour(f"#{chosen}")
    light = f"--brand: {tint}; --on-brand: {on(tint)}; --calm: {legible(tint, PAPER)};"
    dark = f"--calm: {legible(tint, NIGHT)};"
    text = f':root {{ {light} }}\n[data-bs-theme="dark"] {{ {dark} }}\n'
    answer = Response(text, mimetype="text/css")
    answer.headers["Cache-Control"] = FOREVER
    return answer

"""/mail: what came in, what a person should look at, and the addresses of customers that page."""

from io import BytesIO

from flask import Blueprint, Response, make_response, render_template, request, send_file

from onboarding.config import settings
from onboarding.customers.models import Customer
from onboarding.customers.queries import by_slug
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.inbox import emergency, keeping, queries
from onboarding.inbox.mail import read
from onboarding.inbox.words import folded
from onboarding.people import queries as people
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment

inbox = Blueprint("inbox", __name__)
#: Above this a mail is shown by what was noted of it: it is for the worker to read it whole.
MOST_SHOWN = 5 * 1024 * 1024


@inbox.get("/mail")
@requires("mail.see")
def listed() -> str:
    every, before = "all" in request.args, request.args.get("before", 0, type=int)
    mails, more = queries.listed(db.session(), every, min(before, 2**31 - 1))
    shown = {"mails": mails, "more": more, "every": every, "zone": me().timezone}
    return render_template("inbox/mails.html", **shown)


@inbox.get("/mail/<int:number>")
@requires("mail.see")
def show(number: int) -> str:
    row = queries.get(db.session(), number)
    mail = None
    small = row.size <= MOST_SHOWN and row.outcome != "unread"
    if small and row.raw is not None:
        mail = read(row.raw, row.recipients, row.returns_to)
    said, quoted = folded(mail.words) if mail else ("", "")
    shown = {"row": row, "mail": mail, "said": said, "quoted": quoted}
    return render_template("inbox/mail.html", **shown, waits=queries.waits(row), zone=me().timezone)


@inbox.get("/mail/<int:number>/whole")
@requires("mail.see")
def whole(number: int) -> Response:
    """The mail as it came, byte for byte; a browser saves it and opens nothing of it."""
    row = queries.get(db.session(), number)
    if row.raw is None:
        raise NotFound("What this mail held was forgotten", hint="the operator says after how long")
    return send_file(
        BytesIO(row.raw),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"mail-{row.id}.eml",
    )


@inbox.post("/mail/<int:number>/settle")
@requires("mail.see")
def settle(number: int) -> Response:
    with transaction() as session:
        keeping.settle(session, actor(), me(), number)
    return done("/mail")


@inbox.get("/customers/<slug>/emergency")
@requires("customers.see")
def address_of(slug: str) -> Response:
    return _address(by_slug(db.session(), slug))


def _address(customer: Customer, problem: BadInput | None = None) -> Response:
    session = db.session()
    row = queries.emergency(session, customer.id)
    response = page_or_fragment(
        "inbox/emergency.html",
        "inbox/_emergency.html",
        customer=customer,
        row=row,
        address=emergency.address(row) if row else "",
        teams=[(team.key, team.name) for team in people.teams(session)],
        names={team.key: team.name for team in people.teams(session)},
        takes_mail=bool(settings().mail_in),
        zone=me().timezone,
        values=request.form or {"team": "support"},
        problem=problem,
    )
    response.status_code = problem.status if problem else 200
    return make_response(response)


@inbox.post("/customers/<slug>/emergency")
@requires("customers.edit")
def give(slug: str) -> Response:
    try:
        team = forms.text("team", longest=100)
        with transaction() as session:
            emergency.give(session, actor(), me(), by_slug(session, slug), team)
    except BadInput as problem:
        return _address(by_slug(db.session(), slug), problem)
    return done(f"/customers/{slug}/emergency")


@inbox.post("/customers/<slug>/emergency/revoke")
@requires("customers.edit")
def revoke(slug: str) -> Response:
    with transaction() as session:
        emergency.revoke(session, actor(), by_slug(session, slug))
    return done(f"/customers/{slug}/emergency")

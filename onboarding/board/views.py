"""The vendor's pages of customers and their journeys."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from onboarding.board import kept, rows, table
from onboarding.board.columns import columns
from onboarding.board.journey import forecast_context, journey
from onboarding.board.measured import goal_results
from onboarding.board.medians import medians, slow
from onboarding.board.timeline import timeline
from onboarding.board.wanted import Wanted, arguments, wanted
from onboarding.board.wording import headings, presets, spent
from onboarding.checklists import shelf
from onboarding.checklists.durations import customer_sees, outlook
from onboarding.config import settings
from onboarding.customers import queries
from onboarding.customers.stages import STAGES
from onboarding.cutovers import queries as cutovers
from onboarding.db import db
from onboarding.nudges.queries import last_reminded
from onboarding.nudges.waiting import risks
from onboarding.outreach import queries as outreach
from onboarding.outreach.round_views import round_form
from onboarding.outreach.wiring_views import shown as wiring_shown
from onboarding.people.access import can, me, requires
from onboarding.readiness.looking import overruled
from onboarding.sharing.queries import links_of, page_settings
from onboarding.web.fragments import page_or_fragment

board = Blueprint("board", __name__)


@board.get("/")
@requires("board.see", "workspace.see")
def front() -> Response:
    if me().role == "customer":
        return redirect("/workspace")
    session = db.session()
    asked = _asked(session)
    if request.args.get("view") == "table":
        return _as_table(session, asked)
    found = columns(session, asked)
    return page_or_fragment(
        "board/board.html",
        "board/_board.html",
        view="columns",
        columns=found,
        total=sum(column.total for column in found),
        troubled=[row for column in found for row in column.rows if row.trouble],
        medians=medians(session),
        views=(),
        **_around(session, asked, as_table=False),
    )


def _around(session: Session, asked: Wanted, *, as_table: bool) -> dict[str, Any]:
    """What columns and table show alike: whose, the filter, one's own views."""
    return {
        "wanted": asked,
        "mine": asked.manager is not None,
        "balls": table.balls(session),
        "stages": STAGES,
        "slow": slow,
        "spent": spent,
        "own_views": kept.of_user(session, me()),
        "arguments": arguments(asked, table=as_table),
        "zone": me().timezone,
    }


def _asked(session: Session) -> Wanted:
    """What the address asks for. Whoever has customers sees theirs until they ask for all."""
    whose = request.args.get("who", "")
    if whose not in ("mine", "all"):
        whose = "mine" if rows.has_customers(session, me()) else "all"
    return wanted(request.args, me().id if whose == "mine" else None)


def _as_table(session: Session, asked: Wanted) -> Response:
    found = table.table(session, asked)
    return page_or_fragment(
        "board/board.html",
        "board/_table.html",
        view="table",
        table=found,
        total=found.total,
        views=presets(),
        headings=headings(),
        managers=queries.account_managers(session),
        **_around(session, asked, as_table=True),
    )


@board.get("/turnups/<int:turnup_id>")
@requires("board.see")
def turnup(turnup_id: int) -> str:
    session = db.session()
    found = queries.turnup(session, turnup_id)
    return render_template(
        "board/turnup.html",
        customer=found.customer,
        turnup=found,
        journey=journey(session, found, me()),
        people=queries.people_of(session, found.customer),
        told=timeline(session, [found.customer.stream, *_streams(session, turnup_id)]),
        templates=shelf.titles(settings().checklists),
        overruled=turnup_id in overruled(session, [turnup_id]),
        zone=me().timezone,
        may_edit=can("customers.edit"),
        results=goal_results(session, found),
        cutovers=cutovers.of_turnup(session, turnup_id),
        links=links_of(session, turnup_id),
        shared=page_settings(session, turnup_id),
        outlook=outlook(session, found),
        outlook_shown=customer_sees(found),
        silent_since=risks(session, [turnup_id]).get(turnup_id),
        reminded_at=last_reminded(session, turnup_id),
        outreaches=outreach.of_turnup(session, turnup_id),
        watch=outreach.watch_of(session, turnup_id),
        **wiring_shown(session, turnup_id),
        **round_form(session, turnup_id),
        **forecast_context(session, turnup_id),
    )


def _streams(session: Session, turnup_id: int) -> list[str]:
    return [cutover.stream for cutover in cutovers.of_turnup(session, turnup_id)]


@board.get("/customers/<slug>")
@requires("board.see")
def customer(slug: str) -> str:
    session = db.session()
    found = queries.by_slug(session, slug)
    return render_template(
        "board/customer.html",
        customer=found,
        turnups=queries.turnups_of(session, found),
        members=queries.members_of(session, found),
        invitations={one.email: one for one in queries.open_invitations(session, found)},
        managers=queries.account_managers(session),
        told=timeline(session, [found.stream]),
        outreaches=outreach.of_customer(session, found.id),
        zone=me().timezone,
    )

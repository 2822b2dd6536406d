"""/ships: what ships this week and in others, what support says of it, and which flips it meets."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from onboarding import clock
from onboarding.cutovers import ships
from onboarding.cutovers.ship_weeks import FURTHEST, WEEK, monday, shipping
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done

shipping_pages = Blueprint("shipping_pages", __name__)


@shipping_pages.get("/ships")
@requires("cutovers.see")
def page() -> str:
    return _page()


def _page(**typed: Any) -> str:
    """The page; `typed` says which ship's note was refused and why."""
    week = _week()
    start = monday(clock.now(), me().timezone, week)
    end = monday(clock.now(), me().timezone, week + 1)
    return render_template(
        "cutovers/ships.html",
        found=shipping(db.session(), start, end),
        start=start,
        last=end - WEEK / 7,
        week=week,
        furthest=FURTHEST,
        **{"form": 0, "problem": None, "values": {}, **typed},
    )


def _week() -> int:
    """Which week, counted from this one; what is no number is this one."""
    given = request.args.get("week", "0")
    digits = given.removeprefix("-")
    known = digits.isascii() and digits.isdigit() and len(digits) < 4
    return max(-FURTHEST, min(FURTHEST, int(given))) if known else 0


@shipping_pages.post("/ships/<int:ship_id>/note")
@requires("ships.edit")
def note(ship_id: int) -> Response | tuple[str, int]:
    try:
        text = forms.text("note")
        with transaction() as session:
            ships.say(session, actor(), ship_id, text)
    except BadInput as problem:
        return _page(form=ship_id, problem=problem, values=request.form), problem.status
    return done(f"/ships#ship-{ship_id}")

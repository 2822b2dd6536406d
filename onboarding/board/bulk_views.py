"""Forms below the board's table: what is done to the ticked rows at once."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy.orm import Session

from onboarding.board import bulk
from onboarding.board.bulk import Outcome
from onboarding.customers.models import Turnup
from onboarding.db import transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, me, requires
from onboarding.people.models import User
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.language import _

bulk_views = Blueprint("bulk_views", __name__)
MOST = 200


@bulk_views.post("/board/assign")
@requires("customers.edit")
def give() -> Response:
    chosen = request.form.get("manager", "")

    def to_somebody(session: Session, turnups: Sequence[Turnup]) -> list[Outcome]:
        manager = session.get(User, int(chosen)) if chosen.isdecimal() else None
        if chosen != "nobody" and manager is None:
            raise BadInput(
                _("there is no such person"), place="manager", hint=_("choose from the list")
            )
        return bulk.assign(session, actor(), turnups, manager)

    return _act(to_somebody, "")


@bulk_views.post("/board/remind")
@requires("customers.edit")
def remind() -> Response:
    note = forms.text("note", longest=1000, needed=False)
    return _act(lambda session, those: bulk.remind(session, actor(), those, note), _("Reminded"))


@bulk_views.post("/board/launch")
@requires("customers.edit")
def aim_at() -> Response:
    value = forms.text("day", longest=20)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise BadInput(_("%s is not a day") % repr(value), place="day", hint="2027-01-31") from None
    return _act(lambda session, those: bulk.aim_at(session, actor(), those, day), _("Launch day"))


@bulk_views.post("/board/archive")
@requires("customers.edit")
def archive() -> Response:
    why = forms.text("note", longest=1000, needed=False)
    return _act(lambda session, those: bulk.archive(session, actor(), those, why), _("Put away"))


@bulk_views.post("/board/restore")
@requires("customers.edit")
def restore() -> Response:
    return _act(lambda session, those: bulk.restore(session, actor(), those), _("Put back"))


def _act(do: Callable[[Session, Sequence[Turnup]], list[Outcome]], title: str) -> Response:
    """Do it to the ticked rows and go back; where there is something to tell of them, tell it."""
    back = forms.local_path(request.form.get("back", "/"))
    with transaction() as session:
        found = do(session, bulk.chosen(session, _ticked()))
    if not any(one.refused or one.asked for one in found):
        return done(back)
    page = render_template(
        "board/bulk.html", title=title, outcomes=found, back=back, zone=me().timezone
    )
    return make_response(page)


def _ticked() -> list[int]:
    """The numbers of the rows that are ticked. Raises BadInput where none is."""
    ticked = request.form.getlist("turnup")
    numbers = [int(one) for one in ticked if one.isdecimal() and len(one) < 10]
    if not numbers or len(numbers) != len(ticked) or len(numbers) > MOST:
        hint = _("tick 1 to %s rows of the table") % MOST
        raise BadInput(_("no rows were chosen"), place="turnup", hint=hint)
    return numbers

"""Pages that change a running checklist itself: a newer version, items of its own, its people."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from onboarding.checklists import extra_actions, owner_actions, queries, upgrade_actions
from onboarding.checklists.extra_actions import Wanted
from onboarding.checklists.models import Checklist
from onboarding.checklists.offsets import show_offset
from onboarding.checklists.template import OWNERS, STAGES
from onboarding.checklists.upgrade import FIELD_NAMES, told
from onboarding.customers.models import Turnup
from onboarding.customers.queries import turnup as turnup_by_id
from onboarding.customers.wording import stage_name, team_name
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import actor, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done
from onboarding.web.language import _

changing = Blueprint("changing", __name__)
changing.add_app_template_global(told, "told_difference")
changing.add_app_template_global(show_offset, "offset_words")


def checklist_of(session: Session, turnup_id: int) -> tuple[Turnup, Checklist]:
    """A turn-up and its checklist. Raises NotFound."""
    turnup = turnup_by_id(session, turnup_id)
    found = queries.of_turnup(session, turnup_id)
    if found is None:
        raise NotFound("There is no checklist yet", hint="start one on the turn-up's page")
    return turnup, found


@changing.app_template_global("newer_version")
def newer_version(turnup: Turnup) -> int | None:
    """The version that the turn-up's checklist can be moved up to; None where there is none."""
    found = queries.of_turnup(db.session(), turnup.id)
    offer = upgrade_actions.offered(db.session(), found) if found is not None else None
    return offer[0].to if offer is not None else None


@changing.app_template_global("version_of")
def version_of(turnup: Turnup) -> str:
    """The template and version that the turn-up's checklist is a copy of."""
    found = queries.of_turnup(db.session(), turnup.id)
    return f"{found.template} {found.version}" if found is not None else ""


@changing.get("/turnups/<int:turnup_id>/checklist/newer")
@requires("checklists.edit")
def newer(turnup_id: int) -> str:
    turnup, checklist = checklist_of(db.session(), turnup_id)
    offer = upgrade_actions.offered(db.session(), checklist)
    return render_template(
        "checklists/newer.html",
        turnup=turnup,
        checklist=checklist,
        offer=offer[0] if offer else None,
        mark=upgrade_actions.mark(offer[1]) if offer else "",
        fields=FIELD_NAMES,
        zone=turnup.customer.timezone,
    )


@changing.post("/turnups/<int:turnup_id>/checklist/newer")
@requires("checklists.edit")
def move_up(turnup_id: int) -> Response:
    seen = forms.text("mark", longest=60)
    with transaction() as session:
        turnup = turnup_by_id(session, turnup_id)
        upgrade_actions.move_up(session, actor(), turnup, seen)
    return done(f"/turnups/{turnup_id}#checklist-title")


@changing.get("/turnups/<int:turnup_id>/checklist/items/new")
@requires("checklists.edit")
def new_item(turnup_id: int) -> str:
    session = db.session()
    return render_template("checklists/new_item.html", **_choices(session, turnup_id))


@changing.post("/turnups/<int:turnup_id>/checklist/items")
@requires("checklists.edit")
def add_item(turnup_id: int) -> Response:
    try:
        wanted = _wanted()
        with transaction() as session:
            turnup = turnup_by_id(session, turnup_id)
            row = extra_actions.add_item(session, actor(), turnup, wanted)
            key = row.key
    except BadInput as wrong:
        form, title = "checklists/_new_item_form.html", _("Add an item")
        chosen = request.form.getlist("depends_on")
        back = f"/turnups/{turnup_id}"
        about = _choices(db.session(), turnup_id)
        return again(form, wrong, title=title, back=back, chosen=chosen, **about)
    return done(f"/turnups/{turnup_id}#item-{key}")


def _wanted() -> Wanted:
    return Wanted(
        title=_line("title", 160),
        why=_line("why", 1000),
        owner=forms.text("owner", longest=40),
        stage=forms.text("stage", longest=40),
        due=forms.text("due", longest=20, needed=False),
        depends_on=tuple(dict.fromkeys(request.form.getlist("depends_on")[:100])),
        required=request.form.get("required") == "yes",
    )


def _line(name: str, longest: int) -> str:
    return " ".join(forms.text(name, longest=longest).split())


def _choices(session: Session, turnup_id: int) -> dict[str, object]:
    turnup, _checklist = checklist_of(session, turnup_id)
    present = STAGES.index(turnup.stage)
    lines = queries.standing(session, turnup)
    return {
        "turnup": turnup,
        "owners": [(owner, team_name(owner)) for owner in OWNERS],
        "stages": [(stage, stage_name(stage)) for stage in STAGES[present:]],
        "others": [(ln.item.id, ln.item.stage, ln.item.title) for ln in lines if not ln.settled],
    }


@changing.post("/checklist-items/<int:item_id>/remove")
@requires("checklists.edit")
def remove_item(item_id: int) -> Response:
    turnup_id = queries.item(db.session(), item_id)[1].turnup_id
    with transaction() as session:
        extra_actions.remove_item(session, actor(), item_id)
    return done(f"/turnups/{turnup_id}#checklist-title")


@changing.get("/turnups/<int:turnup_id>/checklist/owners")
@requires("checklists.see")
def owners(turnup_id: int) -> str:
    session = db.session()
    turnup, checklist = checklist_of(session, turnup_id)
    return render_template(
        "checklists/owners.html",
        turnup=turnup,
        duties=owner_actions.duties(session, checklist.id),
        choices=owner_actions.choices(session, turnup.customer),
    )


@changing.post("/turnups/<int:turnup_id>/checklist/owners")
@requires("checklists.edit")
def choose_owner(turnup_id: int) -> Response:
    owner = forms.text("owner", longest=40)
    person = int(forms.number("person", least=1, most=2**31 - 1))
    with transaction() as session:
        turnup, checklist = checklist_of(session, turnup_id)
        owner_actions.choose(session, actor(), turnup, checklist, owner, person)
    return done(f"/turnups/{turnup_id}/checklist/owners")


@changing.get("/turnups/<int:turnup_id>/checklist/former")
@requires("checklists.see")
def former(turnup_id: int) -> str:
    turnup, _checklist = checklist_of(db.session(), turnup_id)
    entries = queries.retired(db.session(), turnup)
    zone = turnup.customer.timezone
    return render_template("checklists/former.html", turnup=turnup, entries=entries, zone=zone)

"""Forms on checklists, and the facts that decide what is needed. Pages are on the floor above."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from onboarding.checklists import (
    actions,
    given,
    level_actions,
    queries,
    questions,
    remarks,
    showing,
    wording,
)
from onboarding.checklists.facts import FACTS
from onboarding.checklists.models import ChecklistItem, ItemFile
from onboarding.customers.queries import visible_turnup
from onboarding.customers.views import home_of
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done
from onboarding.web.language import _

checklists = Blueprint("checklists", __name__)
checklists.add_app_template_global(wording.status_name)
checklists.add_app_template_global(wording.status_tone)
TICK = ("checklists.tick", "workspace.tick")
SEE = ("checklists.see", "workspace.see")


@checklists.post("/turnups/<int:turnup_id>/help-level")
@requires("customers.edit", "workspace.edit")
def set_help_level(turnup_id: int) -> Response:
    with transaction() as session:
        customer = visible_turnup(session, me(), turnup_id).customer
        level_actions.set_help_level(session, actor(), customer, forms.text("level", longest=40))
    return done(home_of(turnup_id))


def _visible_item(session: Session, item_id: int) -> tuple[ChecklistItem, int]:
    """The item and its turn-up's id, as the user of this request may see it."""
    row, checklist = queries.item(session, item_id)
    try:
        visible_turnup(session, me(), checklist.turnup_id)
    except NotFound:
        raise NotFound("There is no such item", hint="reload the page") from None
    return row, checklist.turnup_id


def _home_of_item(item_id: int) -> tuple[str, str]:
    """Where the item is shown, and its title."""
    row, turnup_id = _visible_item(db.session(), item_id)
    return f"{home_of(turnup_id)}#item-{row.key}", row.definition["title"]


@checklists.get("/checklist-items/<int:item_id>")
@requires(*SEE)
def item(item_id: int) -> str:
    row, turnup_id = _visible_item(db.session(), item_id)
    found = visible_turnup(db.session(), me(), turnup_id)
    shown = showing.one(db.session(), found, me(), item_id)
    back = f"{home_of(turnup_id)}#item-{row.key}"
    return render_template("checklists/item.html", turnup=found, shown=shown, back=back)


@checklists.post("/checklist-items/<int:item_id>/tick")
@requires(*TICK)
def tick(item_id: int) -> Response:
    back, title = _home_of_item(item_id)
    try:
        with transaction() as session:
            actions.tick(session, actor(), item_id, *given.evidence())
    except BadInput as wrong:
        form = "checklists/_tick_form.html"
        item = _visible_item(db.session(), item_id)[0]
        return again(form, wrong, title=title, back=back, row=item, item=item.definition)
    return done(back)


@checklists.post("/checklist-items/<int:item_id>/reopen")
@requires(*TICK)
def reopen(item_id: int) -> Response:
    back, _title = _home_of_item(item_id)
    with transaction() as session:
        actions.reopen(session, actor(), item_id)
    return done(back)


@checklists.post("/checklist-items/<int:item_id>/waive")
@requires("checklists.edit")
def waive(item_id: int) -> Response:
    back, title = _home_of_item(item_id)
    try:
        with transaction() as session:
            actions.waive(session, actor(), item_id, forms.text("reason", longest=500))
    except BadInput as wrong:
        item = _visible_item(db.session(), item_id)[0]
        return again("checklists/_waive_form.html", wrong, title=title, back=back, row=item)
    return done(back)


@checklists.post("/checklist-items/<int:item_id>/sign")
@requires(*TICK)
def sign(item_id: int) -> Response:
    back, _title = _home_of_item(item_id)
    with transaction() as session:
        actions.sign(session, actor(), item_id)
    return done(back)


@checklists.post("/checklist-items/<int:item_id>/stuck")
@requires(*TICK)
def stuck(item_id: int) -> Response:
    back, title = _home_of_item(item_id)
    try:
        with transaction() as session:
            actions.say_stuck(session, actor(), item_id, forms.text("words", longest=1000))
    except BadInput as wrong:
        item = _visible_item(db.session(), item_id)[0]
        return again("checklists/_stuck_form.html", wrong, title=title, back=back, row=item)
    return done(back)


@checklists.post("/checklist-items/<int:item_id>/go-on")
@requires(*TICK)
def go_on(item_id: int) -> Response:
    back, _title = _home_of_item(item_id)
    with transaction() as session:
        actions.go_on(session, actor(), item_id)
    return done(back)


@checklists.post("/checklist-items/<int:item_id>/say")
@requires(*TICK)
def say(item_id: int) -> Response:
    back, title = _home_of_item(item_id)
    try:
        with transaction() as session:
            remarks.say(session, actor(), item_id, forms.text("remark"))
    except BadInput as wrong:
        item = _visible_item(db.session(), item_id)[0]
        return again("checklists/_say_form.html", wrong, title=title, back=back, row=item)
    return done(f"/checklist-items/{item_id}")


@checklists.get("/checklist-items/<int:item_id>/file")
@requires(*SEE)
def file(item_id: int) -> Response:
    session = db.session()
    row, _turnup_id = _visible_item(session, item_id)
    kept = session.get(ItemFile, item_id)
    if kept is None:
        raise NotFound("There is no file with this item", hint="reload the page")
    # Always a download under a neutral type: what people hand in is never run in our pages.
    return send_file(
        BytesIO(kept.content), "application/octet-stream", True, download_name=row.file_name
    )


@checklists.get("/turnups/<int:turnup_id>/facts")
@requires(*SEE)
def facts(turnup_id: int) -> str:
    found = visible_turnup(db.session(), me(), turnup_id)
    asked = questions.of(queries.of_turnup(db.session(), turnup_id), found)
    back = home_of(turnup_id)
    ours = queries.vendors_facts(found.customer.slug).items()
    said = [(FACTS[name].ask, value) for name, value in ours]
    return render_template(
        "checklists/facts.html", turnup=found, questions=asked, given=said, back=back
    )


@checklists.post("/turnups/<int:turnup_id>/facts")
@requires("checklists.edit", "workspace.edit")
def answer(turnup_id: int) -> Response:
    found = visible_turnup(db.session(), me(), turnup_id)
    asked = questions.of(queries.of_turnup(db.session(), turnup_id), found)
    try:
        given = questions.read(asked, request.form)
        with transaction() as session:
            found = visible_turnup(session, me(), turnup_id)
            actions.answer(session, actor(), found, given)
    except BadInput as wrong:
        form, title = "checklists/_facts_form.html", _("Your setup")
        return again(
            form, wrong, title=title, turnup=found, questions=asked, back=home_of(turnup_id)
        )
    return done(home_of(turnup_id))


@checklists.post("/turnups/<int:turnup_id>/checklist")
@requires("checklists.edit")
def start(turnup_id: int) -> Response:
    with transaction() as session:
        found = visible_turnup(session, me(), turnup_id)
        actions.start(session, actor(), found, forms.text("template", longest=100))
    return done(f"/turnups/{turnup_id}")

"""/knowledge/questions: what was asked again, what is to be written down, and the figures."""

import csv
import io
from datetime import timedelta

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.knowledge import drafts, figures, queries, questions
from onboarding.knowledge.drafts import draft
from onboarding.knowledge.models import Article, Question
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done

question_pages = Blueprint("question_pages", __name__)
SPANS = (30, 90, 365)


@question_pages.get("/knowledge/questions")
@requires("knowledge.see")
def listed() -> str:
    session = db.session()
    return render_template(
        "knowledge/questions.html",
        tasks=figures.open_tasks(session, me().id),
        repeated=figures.repeated(session),
        alike=figures.maybe_alike(session),
        zone=me().timezone,
        mine=me().id,
    )


@question_pages.post("/knowledge/questions/<int:question_id>/same")
@requires("knowledge.write")
def say_same(question_id: int) -> Response:
    earlier = int(forms.number("earlier", least=1, most=2**31 - 1))
    with transaction() as session:
        questions.say_same(session, actor(), question_id, earlier)
    return done(forms.local_path(request.form.get("from", "/knowledge/questions")))


@question_pages.post("/knowledge/from")
@requires("knowledge.write")
def make_article() -> Response:
    """An article in one press: the draft of a question that was answered (`ref`), with names and
    addresses taken out; where it is one already, that."""
    ref = forms.text("ref", longest=60)
    with transaction() as session:
        row = questions.of(session, ref)
        if row is None or not row.answer:
            raise NotFound("There is no answer to write down", hint="answer it first")
        known = queries.by_source(session, ref)
        number = known.id if known else _draft(session, row).id
    return done(f"/knowledge/{number}/edit")


def _draft(session: Session, row: Question) -> Article:
    return draft(
        session,
        actor(),
        row.ref,
        drafts.asked(row),
        row.answer,
        customer_id=row.customer_id,
        names=(row.asker,),
    )


@question_pages.get("/knowledge/like")
@requires("knowledge.see")
def like() -> str:
    """For the page of a question (`ref`): what was asked before like it, with the answers."""
    session = db.session()
    row = questions.of(session, request.args.get("ref", "")[:60])
    return render_template(
        "knowledge/_like.html",
        row=row,
        earlier=figures.alike_to(session, row) if row else [],
        article=session.get(Article, row.covered_by_id) if row and row.covered_by_id else None,
    )


@question_pages.post("/knowledge/tasks/<int:task_id>/drop")
@requires("knowledge.write")
def drop(task_id: int) -> Response:
    try:
        why = forms.text("why", longest=300)
    except BadInput as wrong:
        title = "It need not be written down"
        return again("knowledge/_drop_form.html", wrong, title=title, task_id=task_id)
    with transaction() as session:
        questions.drop_task(session, actor(), task_id, why)
    return done("/knowledge/questions")


@question_pages.get("/knowledge/figures")
@requires("knowledge.see")
def numbers() -> Response | str:
    """Questions per customer, those that were not asked because an article answered, those asked
    again, and those asked although written down, of the last `days`; as a table or `?format=csv`."""
    given = request.args.get("days", "")
    days = int(given) if given in {str(one) for one in SPANS} else SPANS[1]
    rows = figures.by_customer(db.session(), clock.now() - timedelta(days=days))
    if request.args.get("format") == "csv":
        return _csv(rows)
    return render_template(
        "knowledge/figures.html", rows=rows, total=figures.total(rows), days=days, spans=SPANS
    )


def _csv(rows: list[figures.Row]) -> Response:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("customer", "asked", "deflected", "asked_again", "asked_although_written"))
    for row in rows:
        name = f"'{row.name}" if row.name[:1] in "=+-@\t" else row.name  # no formula for a sheet
        table.writerow((name, row.asked, row.deflected, row.again, row.although_written))
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="questions.csv"'
    return answer

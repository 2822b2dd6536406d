"""/tone: how answers sound, for whoever gave them, their lead and their reviewer alone."""

from typing import Any

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotAllowed, NotFound
from onboarding.people.access import me, requires
from onboarding.people.profiles import person
from onboarding.tickets import queries, rubric, tone
from onboarding.tickets.models import Ticket, TicketMessage
from onboarding.web import forms
from onboarding.web.fragments import again, done

tone_pages = Blueprint("tone_pages", __name__)
FORM = "tickets/_tone_form.html"


@tone_pages.get("/tone")
@requires("tickets.see")
def index() -> str:
    session = db.session()
    return render_template(
        "tickets/tone.html",
        mine=tone.of(session, me().id),
        led=tone.led(session, me()),
        reviews=bool(tone.reviewed_by(session, me())),
        criteria=rubric.CRITERIA,
        zone=me().timezone,
    )


@tone_pages.get("/tone/people/<int:user_id>")
@requires("tickets.see")
def of_person(user_id: int) -> str:
    """The reviews of somebody, for themselves and their lead."""
    session = db.session()
    user = person(session, user_id)
    lead = user.team.lead_id if user.team else None
    if me().id not in (user.id, lead):
        raise NotAllowed("Only the person and the lead of their team read this", hint="see /tone")
    return render_template(
        "tickets/tone_person.html",
        user=user,
        rows=tone.of(session, user.id),
        criteria=rubric.CRITERIA,
        zone=me().timezone,
    )


@tone_pages.get("/tone/next")
@requires("tickets.see")
def following() -> str:
    """An answer to be read, by chance."""
    session = db.session()
    if not tone.reviewed_by(session, me()):
        hint = "the lead of a team does, and who is certified in tone"
        raise NotAllowed("You review nobody's answers", hint=hint)
    message = tone.sample(session, me())
    if message is None:
        return render_template("tickets/tone_none.html")
    return render_template(
        "web/again.html",
        form=FORM,
        title="How does it sound?",
        values={},
        problem=None,
        **_shown(session, message),
    )


def _shown(session: Session, message: TicketMessage) -> dict[str, Any]:
    """The answer with what was asked before it, by first names alone."""
    ticket = session.get_one(Ticket, message.ticket_id)
    said = queries.public_messages(session, ticket)
    asked = [one for one in said if one.side == "customer" and one.number < message.number]
    return {"message": message, "asked": asked[-1] if asked else None, "criteria": rubric.CRITERIA}


@tone_pages.post("/tone/<int:message_id>")
@requires("tickets.see")
def review(message_id: int) -> Response:
    try:
        marks = {key: next(iter(forms.whole_numbers(key)), None) for key in rubric.CRITERIA}
        words = forms.text("words", longest=tone.LONGEST, needed=False)
        with transaction() as session:
            number = tone.review(session, me(), message_id, marks, words).id
    except BadInput as problem:
        session = db.session()
        message = session.get(TicketMessage, message_id)
        who = tone.author(session, message) if message else None
        if message is None or who is None or not tone.may_review(session, me(), who):
            raise NotFound("There is no such answer", hint="take the next one") from problem
        return again(FORM, problem, title="How does it sound?", **_shown(session, message))
    return done(f"/tone/reviews/{number}")


@tone_pages.get("/tone/reviews/<int:review_id>")
@requires("tickets.see")
def show(review_id: int) -> str:
    return render_template(
        "tickets/tone_review.html",
        row=tone.get(db.session(), me(), review_id),
        criteria=rubric.CRITERIA,
        zone=me().timezone,
    )

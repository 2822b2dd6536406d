"""/questions/answered/<token>: the one question after solving."""

from flask import Blueprint, Response, make_response, render_template

from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import public
from onboarding.tickets import satisfaction
from onboarding.tickets.models import Ticket
from onboarding.web import forms
from onboarding.web.language import _, speak
from onboarding.web.limits import limiter

scores = Blueprint("ticket_scores", __name__, url_prefix="/questions/answered")


@scores.get("/<token>")
@public
def ask(token: str) -> Response:
    """Protected by the signature of the link."""
    return _page(token, satisfaction.opened(db.session(), token))


@scores.post("/<token>")
@public
@limiter.limit("30 per minute")
def answer(token: str) -> Response:
    """Protected by the signature of the link."""
    try:
        words = forms.text("words", needed=False)
        score = int(forms.number("score", least=1, most=5))
        with transaction() as session:
            satisfaction.answer(session, token, score, words)
    except BadInput as wrong:
        page = _page(token, satisfaction.opened(db.session(), token), wrong)
        page.status_code = wrong.status
        return page
    return _page(token, satisfaction.opened(db.session(), token), said=True)


def _page(
    token: str, ticket: Ticket, problem: BadInput | None = None, *, said: bool = False
) -> Response:
    speak()
    levels = [(1, _("bad")), (2, _("poor")), (3, _("fair")), (4, _("good")), (5, _("very good"))]
    shown = {"token": token, "ticket": ticket, "problem": problem, "said": said, "levels": levels}
    page = make_response(render_template("tickets/score.html", **shown))
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["Cache-Control"] = "no-store"
    return page

"""/outreach/answer/<token>: a customer's person answers by the link in their mail."""

from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from onboarding.brands.queries import of_customer as look_of
from onboarding.db import db, transaction
from onboarding.errors import BadInput, Refused
from onboarding.outreach import actions, links, queries
from onboarding.outreach.wording import ANSWERS, phrases, shown_hosts
from onboarding.people.access import public
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.language import speak
from onboarding.web.limits import limiter

outreach_answers = Blueprint("outreach_answers", __name__, url_prefix="/outreach/answer")


@outreach_answers.get("/<token>")
@public
def asked(token: str) -> Response:
    """Protected by the signature of the link, which was mailed to one person."""
    return _page(token)


@outreach_answers.post("/<token>")
@public
@limiter.limit("10 per minute")
def answer(token: str) -> Response:
    """Protected by the same signature."""
    outreach_id, user_id = links.read(token)
    try:
        key = forms.text("answer", longest=20)
        words = forms.text("words", longest=2000, needed=False)
        with transaction() as session:
            who = Actor(f"user:{user_id}", "link")
            actions.answer(session, who, outreach_id, key, words)
    except BadInput as wrong:
        return _page(token, problem=wrong)
    except Refused:
        return _page(token)  # it says what was answered before
    return _page(token, thanks=True)


def _page(token: str, *, thanks: bool = False, problem: BadInput | None = None) -> Response:
    """In the language that the customer is written to in, whatever the browser's is."""
    outreach_id, _user_id = links.read(token)
    session = db.session()
    row = queries.get(session, outreach_id)
    speak(row.language)
    said = phrases(row.language)["page"]
    hosts = [host.name for host in row.turnup.hostnames] or [row.turnup.name]
    response = make_response(
        render_template(
            "outreach/answer.html",
            row=row,
            said=said,
            title=said["title"].format(hosts=shown_hosts(hosts)),
            answers=[(key, said[key]) for key in ANSWERS[row.kind]],
            answered=said.get(row.answer.partition(":")[0], ""),
            thanks=thanks,
            token=token,
            look=look_of(session, row.customer_id),
            problem=problem,
            values=request.form,
        ),
        problem.status if problem else HTTPStatus.OK,
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

"""The locked page: a pass-phrase, or a code that goes to an allowed mail address."""

from flask import Blueprint, Response, make_response, render_template, request

from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import public
from onboarding.sharing import doors, locks, refusing, showing
from onboarding.sharing.doors import guessing, private
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.limits import limiter

lock_pages = Blueprint("lock_pages", __name__)
lock_pages.record_once(refusing.take_over)


#: What may be asked for while a lock is closed: the page, which then asks, and the answers to it.
OPEN = ("sharing.page", "lock_pages.code", "lock_pages.enter")


@lock_pages.before_app_request
def _guard() -> None:
    """No address below a link answers while a lock on it is closed, whoever serves it."""
    rule = request.url_rule
    if rule is None or not rule.rule.startswith("/share/<token>") or request.endpoint in OPEN:
        return
    try:
        doors.opened(db.session(), _this_page())
    except NotFound:
        return  # the door itself says so, and counts it


def _this_page() -> str:
    """Who tries one page from many addresses counts as one."""
    return str((request.view_args or {}).get("token", ""))


def _was_wrong(answer: Response) -> bool:
    return answer.status_code == 422


def locked(token: str, problem: BadInput | None = None, sent_to: str = "") -> Response:
    """The page that asks; it says nothing of the customer."""
    link = doors.known(db.session(), token)
    response = make_response(
        render_template(
            "sharing/locked.html",
            token=token,
            asks_phrase=bool(link.phrase_hash),
            asks_code=bool(link.domains),
            sent_to=sent_to,
            problem=problem,
            values=request.form if problem else {},
            **showing.around(link),
        )
    )
    response.status_code = problem.status if problem else 403
    return private(response, "same-origin")


@lock_pages.post("/share/<token>/code")
@public
@guessing
@limiter.limit("5 per minute")
@limiter.limit("30 per hour", key_func=_this_page)
def code(token: str) -> Response:
    """Protected by the token, and by how often it may be asked. Says the same whether or not a code
    was sent."""
    try:
        email = forms.text("email", longest=254)
        with transaction() as session:
            link = doors.known(session, token)
            locks.send_code(session, settings().key("secret"), link, email)
    except BadInput as wrong:
        return locked(token, wrong)
    return locked(token, sent_to=email)


@lock_pages.post("/share/<token>/enter")
@public
@guessing
@limiter.limit("10 per minute", deduct_when=_was_wrong)
@limiter.limit("50 per hour", key_func=_this_page, deduct_when=_was_wrong)
def enter(token: str) -> Response:
    """Protected by the token, and by how often somebody may be wrong."""
    link = doors.known(db.session(), token)
    sent_to = forms.text("email", longest=254, needed=False)
    try:
        if link.phrase_hash:
            locks.check_phrase(link, forms.text("phrase", longest=locks.LONGEST))
        if link.domains:
            digits = forms.text("code", longest=20)
            locks.check_code(settings().key("secret"), link, sent_to, digits)
    except BadInput as wrong:
        return locked(token, wrong, sent_to)
    doors.let_in(link)
    return done(f"/share/{token}")

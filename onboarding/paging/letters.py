"""What a page says on each channel."""

from datetime import datetime
from typing import Any

from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.paging.escalation import Step
from onboarding.paging.links import link
from onboarding.paging.models import Page, Reach
from onboarding.people import reply_addresses

WAYS = {"email": "Mail", "pager": "Pager", "webhook": "Webhook"}


BY_MAIL = "Or answer this mail: ACK takes it, RESOLVED says that it is over.\n"


def _mailed(replies_to: str) -> dict[str, Any]:
    """A page's mail: who is away answers it by no machine (RFC 3834)."""
    headers = reply_addresses.headers(replies_to).get("headers", {})
    return {"headers": {**headers, "Auto-Submitted": "auto-generated"}}


def dedup_key(page: Page) -> str:
    """The name of the page's alert at a pager."""
    return f"turnup-page-{page.id}"


def call(page: Page, step: Step, replies_to: str = "") -> Letter:
    """The letter of one call; `replies_to` is where it is answered by mail."""
    answer = link("answer", page.id, step.user)
    about = settings().public_url.rstrip("/") + page.link
    subject = page.text.splitlines()[0]
    text = f"{page.text}\n\nI have it: {answer}\nAbout it: {about}\n"
    extra: dict[str, Any] = {}
    if step.channel == "email":
        extra = _mailed(replies_to)
        text += BY_MAIL if replies_to else ""
    elif step.channel == "pager":
        extra = {"action": "trigger", "dedup_key": dedup_key(page), "link": answer}
        extra |= {"severity": page.severity, "details": {"about": about}}
    elif step.channel == "webhook":
        said = {"page": page.id, "severity": page.severity, "answer": answer, "about": about}
        extra = {"data": said}
    key = f"page:{page.id}:{page.round}:{page.position}"
    return Letter(key, step.address, f"[{page.severity}] {subject}"[:300], text, extra)


def alert(page: Page, routing: str, action: str) -> Letter:
    """Acknowledge or resolve the page's alert at the pager of `routing`."""
    extra = {"action": action, "dedup_key": dedup_key(page)}
    key = f"page:{page.id}:{action}:{page.round}:{page.position}:{routing}"
    return Letter(key, routing, page.text.splitlines()[0][:300], "", extra)


def with_more(text: str, more: str, at: datetime, longest: int) -> str:
    """The text of a page with what was asked further; the first and the newest words are kept where
    all of it is longer than `longest`."""
    added = f"Asked again {at:%H:%M} UTC: {more}"[: longest // 2]
    kept = longest - len(added) - 2
    return f"{text if len(text) <= kept else text[: kept - 2] + ' …'}\n\n{added}"


def more(page: Page, step: Step, words: str, replies_to: str = "") -> Letter:
    """Tell whoever has the page what was asked for further."""
    about = settings().public_url.rstrip("/") + page.link
    text = f"{words}\n\nThis was asked further of a page that you have.\nAbout it: {about}\n"
    extra: dict[str, Any] = {}
    if step.channel == "email":
        extra = _mailed(replies_to)
    elif step.channel == "pager":
        extra = {"dedup_key": f"{dedup_key(page)}-more-{page.repeats}", "link": about}
        extra["severity"] = page.severity
    key = f"page:{page.id}:more:{page.repeats}:{step.channel}:{step.address}"
    subject = f"Asked further: {words.splitlines()[0]}"[:300]
    return Letter(key, step.address, subject, text, extra)


def reminder(page: Page, step: Step, replies_to: str = "") -> Letter:
    """Ask whoever holds the page whether they still do."""
    answer = link("answer", page.id, step.user)
    text = f"You have had this for a while:\n{page.text}\n\nStill on it? Confirm: {answer}\n"
    text += "Unless you do, the next person is called.\n"
    until = int(page.holds_until.timestamp()) if page.holds_until else 0
    extra: dict[str, Any] = {}
    if step.channel == "email":
        extra = _mailed(replies_to)
        text += BY_MAIL if replies_to else ""
    elif step.channel == "pager":
        extra = {"dedup_key": f"{dedup_key(page)}-confirm-{until}", "link": answer}
        extra["severity"] = "warning"
    key = f"page:{page.id}:remind:{until}:{step.channel}:{step.address}"
    return Letter(key, step.address, f"Still on it? {page.text.splitlines()[0]}"[:300], text, extra)


def test(reach: Reach, number: int) -> Letter:
    """A test page, by which somebody proves that it reaches them."""
    proof = link("proof", reach.id, reach.user_id)
    text = f"This is a test. It reached you? Say so: {proof}\nNothing else is asked of you.\n"
    extra: dict[str, Any] = {"link": proof, "severity": "info"} if reach.channel == "pager" else {}
    if reach.channel == "webhook":
        extra = {"data": {"test": True, "proof": proof}}
    return Letter(f"reach:{reach.id}:{number}", reach.address, "Test page", text, extra)

"""Articles beside a run that does not go on by itself, and beside a page."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.db import db
from onboarding.knowledge.access import reader
from onboarding.knowledge.beside import trouble
from onboarding.knowledge.search import Hit
from onboarding.paging import queries as paging
from onboarding.paging.models import Page
from onboarding.people.access import requires

articles = Blueprint("articles", __name__)
RAMPING = "ramping"
#: Nothing is to be looked up while a run goes its way.
ON_ITS_WAY = ("idle", "holding", "advancing", "finished", "abandoned")


def of_run(session: Session, cutover: Cutover, flip: Mapping[str, Any]) -> list[Hit]:
    """Those that name a hostname of the cutover; where the run waits or went back, those on its
    reason and for this stage too. `flip` is `ramps.status.panel`'s."""
    hosts = [one.name for one in cutover.hostnames]
    stopped = flip["state"] not in ON_ITS_WAY
    reason = (flip["reason"] or flip["sentence"]) if stopped else ""
    return trouble(session, reader(), reason, RAMPING, hosts)


@articles.get("/pages/<int:page_id>/articles")
@requires("paging.see")
def of_page(page_id: int) -> str:
    """For an open page: what may help whoever was called."""
    session = db.session()
    page = paging.get(session, page_id)
    cutover = _cutover(session, page)
    hosts = [one.name for one in cutover.hostnames] if cutover else []
    stage = RAMPING if cutover else ""
    hits = trouble(session, reader(), page.text.replace("\x00", ""), stage, hosts)
    return render_template("knowledge/_beside.html", hits=hits)


def _cutover(session: Session, page: Page) -> Cutover | None:
    kind, _, number = page.subject.partition(":")
    return session.get(Cutover, int(number)) if kind == "cutover" and number.isdigit() else None

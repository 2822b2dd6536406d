"""/share/<token>: the customer's page and its live stream; making and revoking links."""

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, make_response, render_template

from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.live import sse
from onboarding.people.access import actor, public, requires
from onboarding.sharing import actions, queries
from onboarding.sharing.models import ShareLink
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.limits import limiter

sharing = Blueprint("sharing", __name__)
TICK_FIELDS = ("at", "share", "target", "state", "moved", "control")
ARM_FIELDS = ("requests", "errors", "seconds")
#: Only links that do not work count: an office full of onlookers has one address.
guessing = limiter.limit("120 per minute", deduct_when=lambda answer: answer.status_code == 404)


@sharing.get("/share/<token>")
@public
@guessing
def page(token: str) -> Response:
    """Protected by its random, revocable, expiring token."""
    session = db.session()
    link = queries.link_by_token(session, token)
    shown = queries.page(session, link.turnup)
    response = make_response(
        render_template("sharing/page.html", page=shown, token=token, expires_at=link.expires_at)
    )
    return _private(response)


@sharing.get("/share/<token>/events")
@public
@guessing
def events(token: str) -> Response:
    """Protected by the same token, which is looked at again and again: revoking it ends the
    stream with `gone`. `moved` = the page is about another cutover now; the browser loads it anew.
    """
    session = db.session()
    link = queries.link_by_token(session, token)
    number, stream = link.id, queries.stream_of(session, link.turnup)

    def ended() -> str:
        current = db.session().get(ShareLink, number)
        if current is None or not queries.works(current):
            return "gone"
        return "moved" if queries.stream_of(db.session(), current.turnup) != stream else ""

    def render(_stream: str, entries: list[Any]) -> list[tuple[str, str]]:
        return [("page", _panel(number, entries[-1].stream_id, entries[-1].number))]

    return _private(sse.respond(("share", number, stream), stream, render, _tick, ended))


@lru_cache(maxsize=256)
def _panel(link_id: int, _stream_id: int, _number: int) -> str:
    """The page's moving part, made once for all its viewers in this process."""
    session = db.session()
    link = session.get_one(ShareLink, link_id)
    return render_template("sharing/_panel.html", page=queries.page(session, link.turnup))


def _tick(figures: dict[str, Any]) -> str:
    said = {key: figures.get(key) for key in TICK_FIELDS}
    said["state"] = queries.PLAIN_STATES.get(figures.get("state", ""), "holding")
    for name in ("moved", "control"):
        arm = figures.get(name)
        said[name] = {key: arm.get(key) for key in ARM_FIELDS} if arm else None
    return json.dumps(said)


def _private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@sharing.post("/turnups/<int:turnup_id>/links")
@requires("sharing.edit")
def make(turnup_id: int) -> Response:
    label = forms.text("label", longest=80, needed=False)
    days = int(forms.number("days", least=1, most=365))
    with transaction() as session:
        turnup = session.get(Turnup, turnup_id)
        if turnup is None:
            raise NotFound(f"There is no turn-up {turnup_id}")
        link, token = actions.make_link(session, actor(), turnup, label, days)
        expires_at = link.expires_at
    address = f"{settings().public_url}/share/{token}"
    return _private(
        make_response(
            render_template(
                "sharing/made.html", address=address, turnup=turnup, expires_at=expires_at
            )
        )
    )


@sharing.post("/links/<int:link_id>/revoke")
@requires("sharing.edit")
def revoke(link_id: int) -> Response:
    with transaction() as session:
        turnup_id = actions.revoke(session, actor(), link_id).turnup_id
    return done(f"/turnups/{turnup_id}")

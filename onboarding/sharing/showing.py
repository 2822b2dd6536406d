"""The page as HTML, and its moving part as every viewer of one link in one language gets it."""

import json
import secrets
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import Response, g, make_response, render_template, request
from flask_login import current_user

from onboarding import clock
from onboarding.brands import queries as brands
from onboarding.db import db
from onboarding.errors import TurnupError
from onboarding.sharing import doors, queries, reporting, talking
from onboarding.sharing import part as parts
from onboarding.sharing.models import ShareLink
from onboarding.sharing.shared import HOLDABLE, LIVE, PLAIN_STATES, Pulse, SharedPage
from onboarding.web.language import LANGUAGES, _

TICK_FIELDS = ("at", "share", "target", "state", "moved", "control")
ARM_FIELDS = ("requests", "errors", "seconds")
SOON = timedelta(hours=24)
#: What came of what was asked for, as the address says after a form was sent.
SAID = ("held", "told", "asked", "ticket", "spared")


def page(token: str, problem: TurnupError | None = None, form: str = "") -> Response:
    """The page; where something was refused, `form` (item and verb) again with what was typed."""
    session = db.session()
    link = doors.opened(session, token)
    shown = queries.page(session, link.turnup)
    said = request.args.get("said", "")
    response = make_response(
        render_template(
            "sharing/page.html",
            page=shown,
            live=LIVE,
            holdable=shown.state in HOLDABLE,
            soon=_soon(shown),
            token=token,
            expires_at=link.expires_at,
            part=parts.part(session, link),
            talk=talking.panel(session, link, token) if parts.worker(session, link) else None,
            visitor=visitor(link),
            reports=reporting.of_turnup(session, link.turnup_id),
            speaker=lambda user: queries.speaker(session, link.turnup_id, user) or vendor(link),
            problem=problem,
            values=request.form if problem else {},
            form=form,
            said=said if said in SAID else "",
            key=secrets.token_hex(12),
            **around(link),
        )
    )
    if problem is not None:
        response.status_code = problem.status
    _remember_language(response, token)
    # A form is posted with its page as referrer, which the form token is held against; no other
    # site ever hears of the address.
    return doors.private(response, "same-origin" if link.user else "no-referrer")


def room(link: ShareLink, token: str) -> str:
    """The page's room alone, as it is now; nothing for somebody who is signed in as another."""
    if visitor(link):
        return ""
    talk = talking.panel(db.session(), link, token)
    return render_template("sharing/_room.html", talk=talk, token=token, **around(link))


def around(link: ShareLink) -> dict[str, Any]:
    """What every page behind a link needs: whose it looks, and in which language and zone."""
    return {
        "look": brands.of_customer(db.session(), link.turnup.customer_id),
        "language": g.language,
        "languages": LANGUAGES,
        "zone": link.turnup.customer.timezone,
    }


def vendor(link: ShareLink) -> str:
    """The vendor as its customers know it."""
    return brands.of_customer(db.session(), link.turnup.customer_id).name or _("Account management")


def _soon(shown: SharedPage) -> bool:
    """Whether the cutover is what people come for; before that it is what they have to do."""
    if shown.state == "planned" and shown.starts_at is not None:
        return shown.starts_at - clock.now() < SOON
    return shown.state != "none"


def _remember_language(response: Response, token: str) -> None:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(
            doors.COOKIE,
            request.args["lang"],
            max_age=90 * 86400,
            path=f"/share/{token}",
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )


def visitor(link: ShareLink) -> str:
    """The name of somebody else who is signed in: what they do is done in their own name."""
    is_known = current_user.is_authenticated and current_user.id != link.for_user
    return str(current_user.name) if is_known else ""


@lru_cache(maxsize=256)
def panel(link_id: int, language: str, _stream_id: int, _number: int) -> str:
    """The page's moving part, made once for all its viewers in this process."""
    session = db.session()
    link = session.get_one(ShareLink, link_id)
    shown = queries.page(session, link.turnup)
    return render_template("sharing/_panel.html", page=shown, live=LIVE, language=language)


def figures(said: dict[str, Any]) -> str:
    """A conductor's tick with the fields that customers get, and no other."""
    found = {key: said.get(key) for key in TICK_FIELDS}
    found["state"] = PLAIN_STATES.get(said.get("state", ""), "holding")
    for name in ("moved", "control"):
        arm = said.get(name)
        found[name] = {key: arm.get(key) for key in ARM_FIELDS} if arm else None
    return json.dumps(found)


def pulse(found: Pulse) -> str:
    """A pulse as the open page reads it."""
    late = clock.iso(found.late_since) if found.late_since else ""
    return json.dumps({"driven": found.driven, "late_since": late})

"""What cannot be done behind a link, said in the vendor's look and in the link's language."""

from flask import g, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy import select

from onboarding.brands import queries as brands
from onboarding.brands.queries import Look
from onboarding.db import db
from onboarding.people.actions import fingerprint
from onboarding.sharing import doors, queries
from onboarding.sharing.models import ShareLink
from onboarding.web.language import LANGUAGES, _, language, of_browser
from onboarding.web.problems import PAGES

BEHIND = "/share/"
BROKEN = 500  # from here on nothing is read: the database may be what is broken


def take_over(state: BlueprintSetupState) -> None:
    """From now on what is refused below `BEHIND` shows as these pages."""
    state.app.extensions.setdefault(PAGES, {})[BEHIND] = refused


def refused(status: int, title: str, hint: str) -> str:
    """The page, as HTML. The look and language of a link that no longer works are still its own:
    whoever has the address had the page."""
    token = request.path.removeprefix(BEHIND).partition("/")[0]
    link = _link(token) if status < BROKEN else None
    if "language" not in g:
        g.language = of_browser()
    is_known = language() == "en" or _(hint) != hint
    return render_template(
        "sharing/refused.html",
        title=title,
        hint=hint if is_known else "",
        own=language() != "en" and _(title) == title,
        look=_look(link) if status < BROKEN else Look(),
        back=f"{BEHIND}{token}" if queries.works(link) else "",
        language=language(),
        languages=LANGUAGES,
        token=token,
    )


def _link(token: str) -> ShareLink | None:
    link = db.session().scalar(select(ShareLink).where(ShareLink.token_hash == fingerprint(token)))
    if link is not None:
        doors.speak(link)
    return link


def _look(link: ShareLink | None) -> Look:
    return brands.of_customer(db.session(), link.turnup.customer_id if link else 0)

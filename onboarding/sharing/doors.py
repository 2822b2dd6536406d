"""What every address below /share/<token> goes through first: the link, its locks, the language."""

from flask import Response, g, request, session
from sqlalchemy.orm import Session

from onboarding.errors import NotAllowed
from onboarding.sharing import locks, queries
from onboarding.sharing.models import ShareLink
from onboarding.web import language
from onboarding.web.language import marked
from onboarding.web.limits import limiter

#: Only links that do not work count: an office full of onlookers has one address.
guessing = limiter.limit("120 per minute", deduct_when=lambda answer: answer.status_code == 404)
COOKIE = "page_language"  # set where somebody chose one on the page, and only for its address


class Locked(NotAllowed):
    """The link works, and asks for its pass-phrase or a code first."""


def opened(found: Session, token: str) -> ShareLink:
    """The link behind `token`, in the language it is to be shown in. Raises NotFound where it does
    not work, Locked where this browser was not let in."""
    link = known(found, token)
    if (link.phrase_hash or link.domains) and session.get(f"share:{link.id}") != locks.mark(link):
        raise Locked(
            marked("This page asks who you are first"), hint=marked("open it in the browser")
        )
    return link


def known(found: Session, token: str) -> ShareLink:
    """The link whether or not its locks are open. Raises NotFound."""
    link = queries.link_by_token(found, token)
    speak(link)
    return link


def let_in(link: ShareLink) -> None:
    """From now on this browser sees the page, until the locks are others."""
    session[f"share:{link.id}"] = locks.mark(link)


def speak(link: ShareLink) -> None:
    """The language chosen on the page, else the link's, its person's, the browser's."""
    asked = (request.args.get("lang", ""), request.cookies.get(COOKIE, ""), link.language)
    spoken = link.user.languages if link.user else []
    g.language = language.first_known(*asked, *spoken) or language.of_browser()


def private(response: Response, referrer: str = "no-referrer") -> Response:
    """For nobody but whoever has the link: no search engine, cache or other site hears of it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = referrer
    response.headers["Cache-Control"] = "no-store"
    return response

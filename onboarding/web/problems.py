"""Errors as people and programs see them: a page, a fragment, or RFC 9457 problem JSON."""

from collections.abc import Callable

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from onboarding.errors import BadInput, TurnupError
from onboarding.web.fragments import wants_fragment
from onboarding.web.language import marked, spoken

log = structlog.get_logger()
#: The extension that holds, by the path that addresses begin with, who makes such pages.
PAGES = "problem_pages"
#: The extension that chooses the language of a page that was refused before its own view did.
SPEAK = "problem_speaks"
#: From status, title and hint to HTML.
Page = Callable[[int, str, str], str]
TITLES = {
    404: marked("There is nothing here"),
    405: marked("This cannot be done here"),
    413: marked("This is too big"),
    429: marked("This was asked too often"),
}
HINTS = {
    404: marked("Check the address; what was there may have been removed"),
    429: marked("wait a minute and try again"),
}


def _as_it_is() -> None:
    """The page is in English."""


def wants_json() -> bool:
    """Programs get JSON: everything below /api, and whoever says so."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _own_page() -> Page | None:
    """The page that a part of the program shows for what went wrong below its address."""
    pages: dict[str, Page] = current_app.extensions.get(PAGES, {})
    return next((page for path, page in pages.items() if request.path.startswith(path)), None)


def problem(status: int, title: str, hint: str = "", place: str = "") -> Response:
    """The answer to a request that went wrong."""
    if "language" not in g:
        current_app.extensions.get(SPEAK, _as_it_is)()
    if wants_json():
        said = {"title": spoken(title), "detail": spoken(hint)}  # English below /api
        body = {"status": status, **said, "place": place}
        response = jsonify({key: value for key, value in body.items() if value})
        response.content_type = "application/problem+json"
    elif (page := _own_page()) and not wants_fragment():
        response = make_response(page(status, title, hint))
    else:
        template = "web/_problem.html" if wants_fragment() else "web/problem.html"
        response = make_response(
            render_template(template, status=status, title=title, hint=hint, place=place)
        )
    response.status_code = status
    return response


def _turnup_error(error: TurnupError) -> Response:
    place = error.place if isinstance(error, BadInput) else ""
    return problem(error.status, error.message, error.hint, place)


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    hint = HINTS.get(error.code, error.description or "")
    response = problem(error.code, TITLES.get(error.code, error.name), hint)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _csrf_error(error: CSRFError) -> Response:
    return problem(
        400,
        marked("This form is too old or came from elsewhere"),
        marked("Reload the page and send it again"),
    )


def _bug(error: Exception) -> Response:
    log.error("web.bug", path=request.path, exc_info=error)
    return problem(
        500,
        marked("Something broke on our side"),
        marked("Nothing was changed. It has been logged; try again"),
    )


def init_problems(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(TurnupError, _turnup_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)

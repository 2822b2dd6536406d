"""One view, two answers: the whole page, or only the fragment that htmx asked for."""

from typing import Any, cast

from flask import Response, make_response, redirect, render_template, request
from htmx_flask.requests import HtmxAwareRequest

from onboarding.errors import BadInput


def wants_fragment() -> bool:
    """Whether htmx asked for a part of the page (not for a boosted or history request)."""
    htmx = cast(HtmxAwareRequest, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page_or_fragment(page: str, fragment: str, **context: Any) -> Response:
    """`fragment` alone for htmx, else `page`, which includes it; the two share no cache entry."""
    response = make_response(render_template(fragment if wants_fragment() else page, **context))
    response.headers["Vary"] = "HX-Request"
    return response


def again(form: str, problem: BadInput, *, title: str, **context: Any) -> Response:
    """The form (a fragment) once more, with what was typed and the message at its field; 422.

    On a page of its own named `title`, or alone for htmx. The fragment gets `values` and `problem`.
    """
    context |= {"form": form, "title": title, "problem": problem, "values": request.form}
    response = page_or_fragment("web/again.html", form, **context)
    response.status_code = problem.status
    return response


def done(to: str) -> Response:
    """After a form was acted on: go to `to` (303, so that a reload repeats nothing)."""
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = to
        return response
    return make_response(redirect(to, 303))

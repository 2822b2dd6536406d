"""The page of one's own views of the board, and the forms that keep, rename and remove them."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from onboarding.board import kept
from onboarding.board.models import View
from onboarding.board.wanted import Wanted, arguments, wanted
from onboarding.board.wording import in_words
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import me, requires
from onboarding.web.fragments import again, done
from onboarding.web.language import _

kept_views = Blueprint("kept_views", __name__)


@kept_views.get("/board/views")
@requires("board.see")
def own() -> str:
    views = kept.of_user(db.session(), me())
    return render_template("board/kept.html", views=[(one, in_words(_asked(one))) for one in views])


@kept_views.post("/board/views")
@requires("board.see")
def keep() -> Response:
    asked = wanted(request.form, me().id if request.form.get("who") == "mine" else None)
    shown = arguments(asked, table=request.form.get("view") == "table")
    try:
        with transaction() as session:
            kept.keep(session, me(), request.form.get("name", ""), shown)
    except BadInput as wrong:
        form, title = "board/_keep_form.html", _("Keep this view")
        back = url_for("board.front", **shown)
        return again(form, wrong, title=title, arguments=shown, back=back)
    return done(url_for("board.front", **shown))


@kept_views.post("/board/views/<int:view_id>/rename")
@requires("board.see")
def rename(view_id: int) -> Response:
    try:
        with transaction() as session:
            kept.rename(session, me(), view_id, request.form.get("name", ""))
    except BadInput as wrong:
        form, title = "board/_rename_form.html", _("Rename a view")
        return again(form, wrong, title=title, view_id=view_id, back=url_for("kept_views.own"))
    return done(url_for("kept_views.own"))


@kept_views.post("/board/views/<int:view_id>/remove")
@requires("board.see")
def forget(view_id: int) -> Response:
    with transaction() as session:
        kept.forget(session, me(), view_id)
    return done(url_for("kept_views.own"))


def _asked(view: View) -> Wanted:
    return wanted(view.arguments, me().id if view.arguments.get("who") == "mine" else None)

"""Posts by hand: written, looked at first, approved, mended; how often; whether the public hears."""

from flask import Blueprint, Response, make_response, render_template, request

from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.posts import actions, cadence, preview, queries
from onboarding.web import forms
from onboarding.web.fragments import again, done

posts = Blueprint("posts", __name__)
WRITE = "posts/_write_form.html"


@posts.post("/cutovers/<int:cutover_id>/posts")
@requires("posts.write")
def write(cutover_id: int) -> Response:
    try:
        audience, text = _written()
        with transaction() as session:
            actions.write(session, actor(), cutovers.get(session, cutover_id), audience, text)
    except BadInput as wrong:
        return _again(cutover_id, wrong)
    return done(f"/cutovers/{cutover_id}#posts")


@posts.post("/cutovers/<int:cutover_id>/posts/preview")
@requires("posts.write")
def look(cutover_id: int) -> Response:
    """How each audience would see it, and whom it would reach; nothing is written."""
    session = db.session()
    cutover = cutovers.get(session, cutover_id)
    try:
        audience, text = _written()
        language = forms.text("language", longest=5, needed=False) or "en"
        seen = preview.views(session, cutover, actions.audiences_from(audience), text, language)
    except BadInput as wrong:
        return _again(cutover_id, wrong)
    return make_response(
        render_template(
            "posts/preview.html",
            cutover=cutover,
            seen=seen,
            language=language,
            values=request.form,
            waits=actions.needs_second(actions.audiences_from(audience)),
            public_name=queries.public_name(session, cutover_id),
        )
    )


@posts.get("/posts/<int:post_id>/edit")
@requires("posts.write")
def edit_form(post_id: int) -> Response:
    post = queries.get(db.session(), post_id)
    return _edit_page(post_id, {"text": post.text}, None)


@posts.post("/posts/<int:post_id>/edit")
@requires("posts.write")
def edit(post_id: int) -> Response:
    try:
        text = forms.text("text", longest=actions.LONGEST)
        with transaction() as session:
            post = queries.get(session, post_id)
            actions.edit(session, actor(), post, text)
            cutover_id = post.cutover_id
    except BadInput as wrong:
        return _edit_page(post_id, request.form, wrong)
    return done(f"/cutovers/{cutover_id}#posts")


@posts.post("/posts/drafts/<int:draft_id>/<any(approve, withdraw):verb>")
@requires("posts.write")
def decide(draft_id: int, verb: str) -> Response:
    act = actions.approve if verb == "approve" else actions.withdraw
    with transaction() as session:
        cutover_id = act(session, actor(), draft_id).cutover_id
    return done(f"/cutovers/{cutover_id}#posts")


@posts.post("/cutovers/<int:cutover_id>/posts/cadence")
@requires("posts.write")
def set_cadence(cutover_id: int) -> Response:
    minutes = int(forms.number("minutes", least=cadence.LEAST, most=cadence.MOST))
    chosen = forms.text("owner", longest=12, needed=False)
    owner = int(forms.number_from(chosen, "owner", least=1, most=2**31 - 1)) if chosen else None
    with transaction() as session:
        cutover = cutovers.get(session, cutover_id)
        cadence.set_cadence(session, actor(), cutover, minutes, owner)
    return done(f"/cutovers/{cutover_id}#posts")


@posts.post("/cutovers/<int:cutover_id>/posts/public")
@requires("posts.write")
def show_publicly(cutover_id: int) -> Response:
    name = forms.one_line("name", longest=200, needed=False)
    with transaction() as session:
        actions.show_publicly(session, actor(), cutovers.get(session, cutover_id), name)
    return done(f"/cutovers/{cutover_id}#posts")


def _written() -> tuple[str, str]:
    return forms.text("audience", longest=40), forms.text("text", longest=actions.LONGEST)


def _again(cutover_id: int, wrong: BadInput) -> Response:
    session = db.session()
    cutover = cutovers.get(session, cutover_id)
    public_name = queries.public_name(session, cutover_id)
    return again(WRITE, wrong, title="Say something", cutover=cutover, public_name=public_name)


def _edit_page(post_id: int, values: object, wrong: BadInput | None) -> Response:
    session = db.session()
    post = queries.get(session, post_id)
    page = render_template(
        "posts/edit.html",
        post=post,
        former=queries.former(session, [post]).get(post.id, []),
        values=values,
        problem=wrong,
        waits=actions.needs_second([post.audience]),
    )
    response = make_response(page)
    response.status_code = wrong.status if wrong else 200
    return response

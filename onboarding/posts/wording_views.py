"""/posts/wordings: every text of every audience and language, and operators' own in their place."""

from flask import Blueprint, Response, make_response, render_template, request

from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, me, requires
from onboarding.posts import wordings
from onboarding.posts.fields import AUDIENCES, KEYS, LANGUAGE_NAMES, checked, fields_of
from onboarding.posts.models import PostWording
from onboarding.posts.phrases import phrases
from onboarding.posts.reading import own_wordings
from onboarding.posts.wording import sample, sampled, unfit
from onboarding.web import forms
from onboarding.web.fragments import done

wording_pages = Blueprint("post_wordings", __name__)


@wording_pages.get("/posts/wordings")
@requires("posts.see")
def listed() -> Response:
    audience, language = _asked()
    own = own_wordings(db.session())
    rows = []
    for key in KEYS[audience]:
        text = own.get((audience, language, key), "")
        usual = phrases(language)[audience][key]
        wrong = unfit(audience, key, text, sample(audience, key), language) if text else ""
        said = sampled(audience, key, usual if wrong else text or usual, language, me().timezone)
        rows.append((key, text or usual, bool(text), said, wrong))
    return make_response(
        render_template(
            "posts/wordings.html",
            rows=rows,
            audience=audience,
            language=language,
            audiences=AUDIENCES,
            languages=LANGUAGE_NAMES,
        )
    )


@wording_pages.get("/posts/wordings/<audience>/<language>/<key>")
@requires("posts.word")
def edit_form(audience: str, language: str, key: str) -> Response:
    usual = wordings.shipped(audience, language, key)
    row = db.session().get(PostWording, (audience, language, key))
    text = row.text if row else usual
    return _page(audience, language, key, {"template": text}, None, text)


@wording_pages.post("/posts/wordings/<audience>/<language>/<key>")
@requires("posts.word")
def edit(audience: str, language: str, key: str) -> Response:
    """`look` shows it with sample facts and changes nothing."""
    usual = wordings.shipped(audience, language, key)
    try:
        given = forms.text("template", longest=2000, needed=False)
        if "look" in request.form:
            text = checked(audience, key, given or usual)
            return _page(audience, language, key, {"template": text}, None, text)
        with transaction() as session:
            wordings.put(session, actor(), audience, language, key, given)
    except BadInput as wrong:
        return _page(audience, language, key, request.form, wrong, "")
    return done(f"/posts/wordings?audience={audience}&language={language}#{key}")


def _asked() -> tuple[str, str]:
    audience = request.args.get("audience", "customer")
    language = request.args.get("language", "en")
    return (
        audience if audience in AUDIENCES else "customer",
        language if language in LANGUAGE_NAMES else "en",
    )


def _page(
    audience: str, language: str, key: str, values: object, wrong: BadInput | None, text: str
) -> Response:
    response = make_response(
        render_template(
            "posts/wording.html",
            audience=audience,
            language=language,
            language_name=LANGUAGE_NAMES[language],
            key=key,
            usual=wordings.shipped(audience, language, key),
            fields=fields_of(audience, key),
            sample=_example(audience, language, key, text),
            values=values,
            problem=wrong,
        )
    )
    response.status_code = wrong.status if wrong else 200
    return response


def _example(audience: str, language: str, key: str, text: str) -> str:
    """`text` with sample facts; "" for none, and for one of before that cannot be filled."""
    if not text or unfit(audience, key, text, sample(audience, key), language):
        return ""
    return sampled(audience, key, text, language, me().timezone)

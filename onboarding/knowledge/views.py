"""/knowledge: find and read articles; the vendor's people write them."""

import difflib
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request

from onboarding import clock
from onboarding.customers.stages import STAGES
from onboarding.db import db, transaction
from onboarding.errors import BadInput, Stale
from onboarding.knowledge import actions, queries
from onboarding.knowledge.access import asker, known_as, reader
from onboarding.knowledge.actions import Given
from onboarding.knowledge.areas import AREAS
from onboarding.knowledge.models import STATES, Article
from onboarding.knowledge.search import Narrow, search
from onboarding.knowledge.writing import rendered
from onboarding.people.access import actor, can, me, public, requires, speak_to_reader
from onboarding.people.queries import staff
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment
from onboarding.web.limits import limiter

knowledge = Blueprint("knowledge", __name__)
knowledge.add_app_template_filter(rendered, "markdown")
PER_PAGE, FOUND = 50, 20
PLACES = ("page", "search", "beside", "ticket", "share", "room")


@knowledge.before_request
def _in_the_readers_language() -> None:
    """What the vendor's people read stays English."""
    speak_to_reader()


@knowledge.app_context_processor
def names() -> dict[str, Any]:
    """What templates call the areas."""
    return {"area_names": AREAS}


@knowledge.get("/knowledge")
@public
def index() -> Response:
    """Nothing to protect: without a sign-in only public articles are listed and found."""
    session, who = db.session(), reader()
    wanted = request.args.get("q", "").replace("\x00", "").strip()[:300]
    stage, area = _one_of("stage", STAGES), _one_of("area", AREAS)
    which = queries.Filter(
        state=_one_of("state", (*STATES, "all")).replace("all", ""),
        stage=stage,
        area=area,
        owner_id=me().id if "mine" in request.args and can("knowledge.write") else None,
        due=clock.now().date() if "due" in request.args else None,
    )
    number = max(1, _whole("page"))
    hits = search(session, who, wanted, Narrow((), stage, area), FOUND) if wanted else []
    rows, total = queries.listed(session, who, which, PER_PAGE, (number - 1) * PER_PAGE)
    return page_or_fragment(
        "knowledge/index.html",
        "knowledge/_found.html",
        wanted=wanted,
        hits=hits,
        articles=rows,
        total=total,
        number=number,
        pages=-(-total // PER_PAGE),
        chosen=request.args.to_dict(),
        helped=queries.helped(session, [one.stream for one in rows]),
        today=clock.now().date(),
        stages=STAGES,
        states=STATES,
    )


def _one_of(name: str, options: Any) -> str:
    value = request.args.get(name, "")
    return value if value in options else ""


def _whole(name: str) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0


@knowledge.get("/knowledge/<int:article_id>")
@public
def read(article_id: int) -> str:
    """Protected by the article itself: others than the vendor's people see only public ones."""
    article = queries.readable(db.session(), reader(), article_id)
    return render_template(
        "knowledge/article.html",
        article=article,
        helped=queries.helped(db.session(), [article.stream])[article.stream],
        thanked="thanks" in request.args,
        today=clock.now().date(),
    )


@knowledge.post("/knowledge/<int:article_id>/helped")
@public
@limiter.limit("30 per minute")
def say_helped(article_id: int) -> Response:
    """Protected as the article is; one voice a person or browser."""
    article = queries.readable(db.session(), reader(), article_id)
    who, yes = known_as(), forms.choice("helped", ["yes", "no"]) == "yes"
    place = request.form.get("place", "page")
    words = forms.text("words", longest=1000, needed=False)
    with transaction() as session:
        where = place if place in PLACES else "page"
        actions.say_helped(
            session, article.stream, who, yes=yes, place=where, words=words, customer_id=asker()
        )
    return done(f"/knowledge/{article_id}?thanks#helped")


@knowledge.get("/knowledge/new")
@requires("knowledge.write")
def new() -> str:
    values = {"review_on": (clock.now().date() + actions.REVIEWED_FOR).isoformat()}
    return _form(None, {**values, "owner": str(me().id), **request.args.to_dict()})


@knowledge.post("/knowledge")
@requires("knowledge.write")
def write() -> Response | tuple[str, int]:
    try:
        given = _given()
        with transaction() as session:
            number = actions.write(session, actor(), given).id
            if request.form.get("then") == "publish":
                actions.publish(session, actor(), number)
    except BadInput as problem:
        return _form(None, request.form, problem), problem.status
    return done(f"/knowledge/{number}")


@knowledge.get("/knowledge/<int:article_id>/edit")
@requires("knowledge.write")
def edit(article_id: int) -> str:
    article = queries.readable(db.session(), reader(), article_id)
    kept = {name: getattr(article, name) for name in ("title", "body", "stage", "area")}
    kept["public"] = "yes" if article.public else ""
    kept |= {"owner": str(article.owner_id), "review_on": article.review_on.isoformat()}
    return _form(article, kept)


@knowledge.post("/knowledge/<int:article_id>")
@requires("knowledge.write")
def revise(article_id: int) -> Response | tuple[str, int]:
    article = queries.readable(db.session(), reader(), article_id)
    try:
        given = _given(article.review_on)
        seen = int(forms.number("seen", least=0, most=10**6))
        with transaction() as session:
            actions.revise(session, actor(), article_id, given, seen)
            if request.form.get("then") == "publish":
                actions.publish(session, actor(), article_id)
    except BadInput as problem:
        return _form(article, request.form, problem), problem.status
    except Stale as late:
        db.session().rollback()
        told = BadInput(late.message, place="seen", hint=late.hint)
        return _form(db.session().get_one(Article, article_id), request.form, told), late.status
    return done(f"/knowledge/{article_id}")


def _given(kept: date | None = None) -> Given:
    """The form; `kept` is the day of review that stands, though it may be over."""
    day = forms.day("review_on") if request.form.get("review_on") else None
    return Given(
        title=forms.one_line("title", longest=actions.LONGEST_TITLE),
        body=forms.text("body", longest=actions.LONGEST_BODY),
        stage=forms.text("stage", longest=40, needed=False),
        area=forms.text("area", longest=40, needed=False),
        public=request.form.get("public") == "yes",
        owner_id=next(iter(forms.whole_numbers("owner")), None),
        review_on=day or kept,
        note=forms.one_line("note", longest=actions.LONGEST_NOTE, needed=False),
    )


def _form(article: Article | None, values: Any, problem: BadInput | None = None) -> str:
    return render_template(
        "knowledge/edit.html",
        article=article,
        values=values,
        problem=problem,
        stages=STAGES,
        people=staff(db.session()),
        shown=values.get("body", ""),
    )


@knowledge.post("/knowledge/preview")
@requires("knowledge.write")
def preview() -> Response:
    """How what is typed will look; nothing is kept."""
    body = forms.text("body", longest=actions.LONGEST_BODY, needed=False)
    return page_or_fragment("knowledge/preview.html", "knowledge/_preview.html", shown=body)


@knowledge.get("/knowledge/<int:article_id>/history")
@requires("knowledge.see")
def history(article_id: int) -> str:
    article = queries.readable(db.session(), reader(), article_id)
    rows = queries.revisions(db.session(), article_id)
    chosen = _whole("revision") or article.revision
    now = queries.revision(db.session(), article_id, chosen)
    former = next((one for one in rows if one.number < chosen), None)
    lines = difflib.unified_diff(
        former.body.splitlines() if former else [], now.body.splitlines(), lineterm="", n=2
    )
    return render_template(
        "knowledge/history.html",
        article=article,
        revisions=rows,
        chosen=now,
        former=former,
        lines=list(lines)[2:],
        zone=me().timezone,
    )


@knowledge.post("/knowledge/<int:article_id>/restore")
@requires("knowledge.write")
def restore(article_id: int) -> Response:
    number = int(forms.number("revision", least=1, most=10**6))
    with transaction() as session:
        actions.restore(session, actor(), article_id, number)
    return done(f"/knowledge/{article_id}")


@knowledge.post("/knowledge/<int:article_id>/<any(publish,retire):verb>")
@requires("knowledge.write")
def turn(article_id: int, verb: str) -> Response:
    with transaction() as session:
        (actions.publish if verb == "publish" else actions.retire)(session, actor(), article_id)
    return done(f"/knowledge/{article_id}")


@knowledge.post("/knowledge/<int:article_id>/reviewed")
@requires("knowledge.write")
def reviewed(article_id: int) -> Response:
    with transaction() as session:
        until = clock.now().date() + actions.REVIEWED_FOR
        actions.review(session, actor(), article_id, until)
    return done(f"/knowledge/{article_id}")

"""/training: paths, who is on them, and the weeks of new people."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotAllowed
from onboarding.people import courses, path_queries, paths, profiles, queries
from onboarding.people.access import actor, can, me, requires
from onboarding.people.models import Team
from onboarding.people.path_models import TrainingPath
from onboarding.web import forms
from onboarding.web.fragments import again, done

training_pages = Blueprint("training_pages", __name__)
FORM = "training/_path_form.html"


@training_pages.get("/training")
@requires("people.see")
def index() -> str:
    session = db.session()
    return render_template(
        "training/index.html",
        mine=path_queries.mine(session, me().id),
        paths=path_queries.paths(session),
        newcomers=path_queries.newcomers(session),
        may_make=_may_make(session),
        today=clock.now().date(),
    )


def _may_make(session: Session) -> bool:
    return can("people.edit") or any(one.lead_id == me().id for one in queries.teams(session))


@training_pages.get("/training/new")
@requires("people.tend")
def new() -> str:
    values = {"valid_days": "365", "pairings": "0", "shadows": "0"}
    return render_template(
        "web/again.html", form=FORM, title="A training path", values=values, problem=None, **_more()
    )


def _more() -> dict[str, Any]:
    """What the form of a path offers: the teams that whoever asks leads."""
    teams = [one for one in queries.teams(db.session()) if paths.leads(me(), one)]
    options = [(one.key, one.name) for one in teams]
    if can("people.edit"):
        options.insert(0, ("", "Every team"))
    return {"teams": options, "kinds": [(one, one) for one in courses.KINDS], "back": "/training"}


@training_pages.post("/training")
@requires("people.tend")
def make() -> Response:
    try:
        said = _said()
        with transaction() as session:
            path = paths.make(session, actor(), _team(session), said)
            number = path.id
    except BadInput as problem:
        return again(FORM, problem, title="A training path", **_more())
    return done(f"/training/{number}")


def _team(session: Session) -> Team | None:
    key = forms.text("team", longest=60, needed=False)
    team = next((one for one in queries.teams(session) if one.key == key), None)
    if key and team is None:
        raise BadInput(f"{key!r} is no team", place="team", hint="choose from the list")
    if not paths.leads(me(), team):
        raise NotAllowed("Only the lead of the team changes its training", hint="ask them")
    return team


def _said() -> paths.PathSaid:
    def whole(name: str, least: int, most: int) -> int:
        return int(forms.number(name, least=least, most=most))

    return paths.PathSaid(
        kind=forms.choice("kind", courses.KINDS),
        name=forms.one_line("name", longest=100),
        skill=forms.text("skill", longest=60),
        sessions=forms.text("sessions", longest=5000, needed=False),
        pairings=whole("pairings", 0, paths.MOST_TIMES),
        shadows=whole("shadows", 0, paths.MOST_TIMES),
        valid_days=whole("valid_days", 1, paths.LONGEST_DAYS),
        about=forms.text("about", longest=2000, needed=False),
    )


@training_pages.get("/training/<int:path_id>")
@requires("people.see")
def show(path_id: int) -> str:
    session = db.session()
    path = paths.get(session, path_id)
    people = [one for one in queries.staff(session) if path.team_id in (None, one.team_id)]
    kept = {name: str(getattr(path, name)) for name in ("pairings", "shadows", "valid_days")}
    kept |= {name: getattr(path, name) for name in ("kind", "name", "skill", "about")}
    return render_template(
        "training/path.html",
        path=path,
        standings=path_queries.standings(session, path),
        people=people,
        leads=paths.leads(me(), path.team),
        today=clock.now().date(),
        values={**kept, "sessions": "\n".join(path.sessions)},
        problem=None,
        **_more(),
    )


@training_pages.post("/training/<int:path_id>")
@requires("people.tend")
def change(path_id: int) -> Response:
    path = paths.get(db.session(), path_id)
    paths.check_leads(me(), path)
    try:
        said = _said()
        with transaction() as session:
            paths.change(session, actor(), paths.get(session, path_id), said)
    except BadInput as problem:
        path = paths.get(db.session(), path_id)
        return again(FORM, problem, title=path.name, path=path, **_more())
    return done(f"/training/{path_id}")


@training_pages.post("/training/<int:path_id>/retire")
@requires("people.tend")
def retire(path_id: int) -> Response:
    with transaction() as session:
        path = paths.get(session, path_id)
        paths.check_leads(me(), path)
        paths.retire(session, actor(), path)
    return done("/training")


@training_pages.post("/training/<int:path_id>/begin")
@requires("people.tend")
def begin(path_id: int) -> Response:
    """Whoever leads puts somebody on the path; anybody puts themselves on it."""
    with transaction() as session:
        path = paths.get(session, path_id)
        user_id = next(iter(forms.whole_numbers("user")), me().id)
        if user_id != me().id:
            _check(path)
        user = profiles.person(session, user_id)
        mentor = next(iter(forms.whole_numbers("mentor")), None)
        paths.begin(session, actor(), path, user, mentor)
    return done(f"/training/{path_id}")


def _check(path: TrainingPath) -> None:
    paths.check_leads(me(), path)


@training_pages.get("/training/trainees/<int:trainee_id>")
@requires("people.see")
def trainee(trainee_id: int) -> str:
    session = db.session()
    row = paths.trainee(session, trainee_id)
    events = path_queries.events(session, row.id)
    told = {one.with_id for one in events} | {one.noted_by for one in events}
    return render_template(
        "training/trainee.html",
        row=row,
        demands=path_queries.demands(session, row),
        events=events,
        names=queries.names(session, [one for one in told if one]),
        leads=profiles.leads(me(), row.user) and me().id != row.user_id,
        **_event_choices(row.user_id, row.path),
        values={"day": clock.now().date().isoformat()},
        problem=None,
    )


def _event_choices(user_id: int, path: TrainingPath) -> dict[str, Any]:
    people = [one for one in queries.staff(db.session()) if one.id != user_id]
    return {
        "people": [("", "nobody"), *((str(one.id), one.name) for one in people)],
        "titles": [(one, one) for one in path.sessions],
        "own": user_id == me().id,
    }


@training_pages.post("/training/trainees/<int:trainee_id>/note")
@requires("people.tend")
def note(trainee_id: int) -> Response:
    row = paths.trainee(db.session(), trainee_id)
    try:
        kind, day = forms.choice("kind", courses.EVENTS), forms.day("day")
        title = forms.text("title", longest=120, needed=kind == courses.SESSION)
        with_id = next(iter(forms.whole_numbers("with")), None)
        words = forms.text("note", longest=500, needed=False)
        with transaction() as session:
            held = paths.trainee(session, trainee_id)
            paths.note(session, actor(), me(), held, kind, title, day, with_id, words)
    except BadInput as problem:
        row = paths.trainee(db.session(), trainee_id)
        form = f"training/_{'pairing' if request.form.get('kind') == 'pairing' else 'session'}_form.html"
        more = _event_choices(row.user_id, row.path)
        return again(
            form, problem, title=row.user.name, row=row, back=f"/training/trainees/{row.id}", **more
        )
    return done(f"/training/trainees/{trainee_id}")


@training_pages.post("/training/trainees/<int:trainee_id>/certify")
@requires("people.tend")
def certify(trainee_id: int) -> Response:
    with transaction() as session:
        paths.certify(session, actor(), me(), paths.trainee(session, trainee_id))
    return done(f"/training/trainees/{trainee_id}")

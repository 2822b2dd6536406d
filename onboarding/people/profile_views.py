"""What is entered at /people/<id>: by the person, or by whoever answers for them."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people import aways, calendars, profile, profiles, shown, skills
from onboarding.people.access import actor, me, requires
from onboarding.people.models import User
from onboarding.queues import enqueue
from onboarding.web import forms
from onboarding.web.fragments import again, done
from onboarding.web.language import _

profiles_pages = Blueprint("profiles", __name__, url_prefix="/people/<int:user_id>")


def _own(session: Session, user_id: int) -> User:
    user = profiles.person(session, user_id)
    profiles.check_own(me(), user)
    return user


def _led(session: Session, user_id: int) -> User:
    user = profiles.person(session, user_id)
    profiles.check_lead(me(), user)
    return user


def _refused(form: str, problem: BadInput, user_id: int, title: str, **more: Any) -> Response:
    user = profiles.person(db.session(), user_id)
    return again(
        f"people/_{form}_form.html",
        problem,
        title=f"{title}: {user.name}",
        back=f"/people/{user_id}",
        user=user,
        **more,
    )


@profiles_pages.post("/profile")
@requires("people.tend")
def change(user_id: int) -> Response:
    try:
        given = _given()
        with transaction() as session:
            profiles.change(session, actor(), _own(session, user_id), given)
    except BadInput as problem:
        typed = shown.typed(request.form)
        return _refused("profile", problem, user_id, _("Hours and place"), **typed)
    enqueue("default", "onboarding.people.holiday_jobs.lay_out", once="holidays")
    return done(f"/people/{user_id}")


def _given() -> profiles.Given:
    starts, ends = forms.time_of_day("starts"), forms.time_of_day("ends")
    return profiles.Given(
        timezone=forms.text("timezone", longest=60),
        hours=profile.hours(starts, ends),
        days=profile.days(forms.whole_numbers("days"), "days", least=1),
        country=forms.text("country", longest=2, needed=False),
        subdivision=forms.text("subdivision", longest=20, needed=False),
        languages=profile.languages(forms.text("languages", longest=500, needed=False)),
        wishes=profile.wishes(
            forms.maybe_time_of_day("not_before"),
            forms.maybe_time_of_day("not_after"),
            profile.days(forms.whole_numbers("not_days"), "not_days"),
        ),
    )


@profiles_pages.post("/aways")
@requires("people.tend")
def be_away(user_id: int) -> Response:
    try:
        with transaction() as session:
            user = _own(session, user_id)
            start = forms.moment("starts_at", user.timezone)
            end = forms.moment("ends_at", user.timezone)
            note = forms.text("note", longest=aways.NOTED, needed=False)
            aways.add(session, actor(), user, start, end, note)
    except BadInput as problem:
        return _refused("away", problem, user_id, _("Away"))
    return done(f"/people/{user_id}")


@profiles_pages.post("/aways/<int:away_id>/remove")
@requires("people.tend")
def be_back(user_id: int, away_id: int) -> Response:
    with transaction() as session:
        aways.remove(session, actor(), _own(session, user_id), away_id)
    return done(f"/people/{user_id}")


@profiles_pages.post("/calendar")
@requires("people.tend")
def subscribe(user_id: int) -> Response:
    try:
        given = forms.text("address", longest=calendars.LONGEST)
        counts = forms.choice("counts", calendars.COUNTS)
        with transaction() as session:
            calendars.subscribe(session, actor(), _own(session, user_id), given, counts)
    except BadInput as problem:
        return _refused("calendar", problem, user_id, _("Calendar"), counts=calendars.COUNTS)
    return done(f"/people/{user_id}")


@profiles_pages.post("/calendar/<any(read,remove):verb>")
@requires("people.tend")
def change_calendar(user_id: int, verb: str) -> Response:
    with transaction() as session:
        user = _own(session, user_id)
        change = calendars.read_soon if verb == "read" else calendars.unsubscribe
        change(session, actor(), user)
    return done(f"/people/{user_id}")


@profiles_pages.post("/skills")
@requires("people.tend")
def set_skills(user_id: int) -> Response:
    try:
        given = profile.words(forms.text("skills", longest=2000, needed=False), "skills")
        with transaction() as session:
            skills.set_skills(session, actor(), _led(session, user_id), given)
    except BadInput as problem:
        return _refused("skills", problem, user_id, _("Skills"))
    return done(f"/people/{user_id}")


@profiles_pages.post("/certificates")
@requires("people.tend")
def certify(user_id: int) -> Response:
    try:
        skill, until = forms.text("skill", longest=60), forms.day("until")
        with transaction() as session:
            skills.certify(session, actor(), _led(session, user_id), skill, until)
    except BadInput as problem:
        return _refused("certificate", problem, user_id, _("Certificate"))
    return done(f"/people/{user_id}")


@profiles_pages.post("/certificates/<int:certificate_id>/remove")
@requires("people.tend")
def withdraw(user_id: int, certificate_id: int) -> Response:
    with transaction() as session:
        skills.withdraw(session, actor(), _led(session, user_id), certificate_id)
    return done(f"/people/{user_id}")


@profiles_pages.post("/training")
@requires("people.tend")
def vouch(user_id: int) -> Response:
    try:
        skill = forms.text("skill", longest=60, needed=False)
        step, note = forms.text("step", longest=20), forms.text("note", longest=500, needed=False)
        with transaction() as session:
            user = profiles.person(session, user_id)
            skills.vouch(session, actor(), me(), user, skill, step, note)
    except BadInput as problem:
        return _refused("training", problem, user_id, _("Training"))
    return done(f"/people/{user_id}")

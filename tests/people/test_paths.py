"""Training paths: sessions, pairings, shadow duties that count themselves, the certificate that
rosters use, and the weeks of new people."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.people import path_jobs
from onboarding.people.models import Certificate, User
from onboarding.people.path_models import Trainee, TrainingDuty
from onboarding.rosters import duty_jobs
from onboarding.rosters.models import Roster, Seat
from tests.cast import Cast
from tests.doors import submit
from tests.people.test_profiles import candidate, lead
from tests.rosters.standing import seats, solve
from tests.stories import book, browser, customer, fresh

PATH = {
    "team": "ops",
    "kind": "technical",
    "name": "Cut over by DNS",
    "skill": "dns",
    "sessions": "How a flip goes\nRoll back by hand\n",
    "pairings": "1",
    "shadows": "2",
    "valid_days": "200",
}


def stood_by(number: int, user_id: int, role: str, *, practice: bool = False) -> None:
    """Somebody accepted a seat of the cutover, which is done."""
    with transaction() as session:
        cutover = session.get_one(Cutover, number)
        cutover.state, cutover.practice = "done", practice
        roster = session.query(Roster).filter_by(cutover_id=number).one_or_none()
        roster = roster or Roster(cutover_id=number, state="solved")
        session.add(roster)
        roster.seats.append(Seat(team="ops", role=role, user_id=user_id, state="accepted"))


@pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)
def test_a_path_ends_with_a_certificate_that_rosters_count(app: Flask, cast: Cast) -> None:
    lead("ops", cast["omar"])
    omar, olga, nina = (browser(app, name) for name in ("omar", "olga", "nina"))
    assert submit(nina, "/training", PATH).status_code == 403
    assert submit(olga, "/training", PATH).status_code == 403
    empty = submit(omar, "/training", {**PATH, "sessions": "", "pairings": "0", "shadows": "0"})
    assert (empty.status_code, "the path asks for nothing" in empty.text) == (422, True)
    page = submit(omar, "/training", PATH).headers["Location"]
    assert submit(nina, f"{page}/begin", {"user": str(cast["nina"])}).status_code == 422
    assert submit(olga, f"{page}/begin", {"mentor": str(cast["omar"])}).status_code == 303
    db.session().rollback()
    on_it = f"/training/trainees/{db.session().query(Trainee).one().id}"
    today = clock.now().date()
    session = {"kind": "session", "title": "How a flip goes", "day": today.isoformat(), "with": ""}
    assert submit(olga, f"{on_it}/note", session).status_code == 403
    for day in (today + timedelta(1), today - timedelta(2)):  # what is taken is counted
        wrong = submit(omar, f"{on_it}/note", {**session, "day": day.isoformat()})
        assert (wrong.status_code, "no day that counts" in wrong.text) == (422, True)
        assert (today - timedelta(1)).isoformat() in wrong.text
    assert submit(omar, f"{on_it}/note", session).status_code == 303
    assert "To come: Roll back by hand" in olga.get(on_it).text
    refused = submit(omar, f"{on_it}/certify", {})
    assert refused.status_code == 409
    assert "1 sessions (Roll back by hand); 1 pairings; 2 shadow duties" in refused.text

    submit(omar, f"{on_it}/note", {**session, "title": "Roll back by hand"})
    pairing = {"kind": "pairing", "day": today.isoformat(), "with": str(cast["omar"])}
    assert submit(omar, f"{on_it}/note", {**pairing, "with": ""}).status_code == 422
    assert submit(omar, f"{on_it}/note", pairing).status_code == 303
    known = customer()
    for days, practice in ((1, False), (2, True), (3, False)):
        number = book(cast, known, starts_in=timedelta(days=days))
        stood_by(number, cast["olga"], "shadow", practice=practice)
        for _ in range(2):
            duty_jobs.count()
        assert ("2 / 2 shadow duties" in olga.get(on_it).text) is (days == 3)
    assert submit(olga, f"{on_it}/certify", {}).status_code == 403
    assert submit(omar, f"{on_it}/certify", {}).status_code == 303
    db.session().rollback()
    held = db.session().query(Certificate).one()
    assert (held.skill, held.until) == ("dns", today + timedelta(days=200))
    with transaction() as writing:
        writing.get_one(Certificate, held.id).until = today + timedelta(days=220)
    again = submit(omar, f"{on_it}/certify", {})
    assert (again.status_code, "Certified already" in again.text) == (409, True)
    assert fresh(Certificate, held.id).until == today + timedelta(days=220)
    soon, after = (book(cast, known, starts_in=timedelta(days=days)) for days in (10, 230))
    assert candidate(soon, cast["olga"])["skills"] == ["dns"]
    assert candidate(after, cast["olga"])["lapsed"] == ["dns"]
    assert "until" in nina.get(page).text


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_new_peoples_weeks_to_their_first_own_duty_and_reminders(app: Flask, cast: Cast) -> None:
    lead("ops", cast["omar"])
    known = customer()
    number = book(cast, known, starts_in=timedelta(hours=1), lasts=timedelta(hours=4))
    with transaction() as session:
        session.get_one(User, cast["olga"]).created_at = clock.now() - timedelta(weeks=6)
        session.get_one(User, cast["noah"]).created_at = clock.now() - timedelta(weeks=60)
        until = clock.now().date() + timedelta(days=20)
        session.add(Certificate(user_id=cast["olga"], skill="bgp", until=until))
        session.add(Certificate(user_id=cast["olga"], skill="tls", until=until + timedelta(90)))
    shown = browser(app, "ann").get("/training").text
    assert "not yet, 6.0 weeks so far" in shown
    assert "Noah Nilsson" not in shown
    stood_by(number, cast["olga"], "backup")
    duty_jobs.count()
    assert db.session().query(TrainingDuty).one().kind == "own"
    assert "6.0 weeks" in browser(app, "ann").get("/training").text
    for _ in range(2):
        path_jobs.sweep()
    db.session().rollback()
    told = db.session().query(Message).filter(Message.key.startswith("certificate:"))
    assert sorted(one.recipient for one in told) == ["olga@vendor.example", "omar@vendor.example"]


def staffed(ann: FlaskClient, number: int) -> int | None:
    """Who is the primary of support once the roster of a cutover was asked for and solved."""
    assert submit(ann, f"/cutovers/{number}/roster", {}).status_code == 303
    solve(number)
    place = seats(number).get(("support", "primary"))
    return place.user_id if place else None


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_path_in_tone_ends_with_a_certificate_that_a_solved_roster_follows(
    app: Flask, cast: Cast
) -> None:
    lead("support", cast["sue"])
    sue, sid, adam, ann = (browser(app, name) for name in ("sue", "sid", "adam", "ann"))
    tone = {"team": "support", "kind": "tone", "name": "Write to customers", "skill": "tone"}
    asked = {"sessions": "Say what is wrong first", "pairings": "1", "shadows": "0"}
    page = submit(sue, "/training", {**PATH, **tone, **asked}).headers["Location"]
    assert submit(sid, f"{page}/begin", {"mentor": str(cast["sue"])}).status_code == 303
    counts = {"count-primary": "1", "count-backup": "1", "count-shadow": "0"}
    needs = {**counts, "skills-primary": "tone", "skills-backup": "", "skills-shadow": ""}
    assert submit(adam, "/people/teams/support/needs", needs).status_code == 303
    known = customer()
    assert staffed(ann, book(cast, known, starts_in=timedelta(days=10))) is None, (
        "nobody holds it yet"
    )

    on_it = f"/training/trainees/{db.session().query(Trainee).one().id}"
    day = {"day": clock.now().date().isoformat(), "with": str(cast["sue"])}
    for event in (
        {"kind": "session", "title": "Say what is wrong first"},
        {"kind": "pairing"},
    ):
        assert submit(sue, f"{on_it}/note", {**day, **event}).status_code == 303
    assert submit(sue, f"{on_it}/certify", {}).status_code == 303
    assert staffed(ann, book(cast, known, starts_in=timedelta(days=12))) == cast["sid"]
    assert staffed(ann, book(cast, known, starts_in=timedelta(days=210))) is None, "it ran out"
    assert "tone" in sue.get(page).text

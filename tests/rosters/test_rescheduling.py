"""A window that moves: everybody concerned is told once, asked anew, and what hangs on it follows."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.checklists.actions import start
from onboarding.checklists.models import Checklist
from onboarding.cutovers import actions as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.people.models import Away
from onboarding.posts import jobs as posts
from onboarding.rosters import jobs
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import PLACES, answer, mails, seats, solve
from tests.stories import browser, cutover_of

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def settle(number: int) -> None:
    """All that followers and workers do, more often than needed; each begins with nothing read."""
    for job in (jobs.follow, posts.follow, jobs.follow, posts.follow):
        db.session.remove()
        job()
    solve(number)
    for job in (jobs.follow, posts.follow):
        db.session.remove()
        job()


def test_everybody_is_told_once_acceptances_are_reset_and_due_times_follow(
    app: Flask, cast: Cast, staffed: int
) -> None:
    with transaction() as session:
        start(session, SYSTEM, session.get_one(Cutover, staffed).turnup, "static-assets")
    for seat in seats(staffed).values():
        answer(app, cast, seat, "accept")
    settle(staffed)
    gone = seats(staffed)["ops", "primary"].user_id
    at = cutover_of(staffed).starts_at + timedelta(days=3)
    with transaction() as session:
        session.add(Away(user_id=gone, starts_at=at, ends_at=at + timedelta(days=1)))
    before = len(mails())
    ann = browser(app, "ann")
    fields = {
        "starts_at": f"{at:%Y-%m-%dT%H:%M}",
        "ends_at": f"{at + timedelta(hours=4):%Y-%m-%dT%H:%M}",
        "version": str(cutover_of(staffed).version),
    }
    assert submit(ann, f"/cutovers/{staffed}/window", fields).status_code == 303
    settle(staffed)
    told = [letter for letter in mails()[before:] if "Roster:" not in letter.subject]
    assert set(Counter(letter.recipient for letter in told).values()) == {1}
    by_subject = Counter(letter.subject.partition(":")[0].partition("]")[0] for letter in told)
    assert by_subject["Standby"] == len(PLACES) + 1, "seven who stay, one new, one let go"
    assert any(letter.recipient.startswith("cora@") for letter in told)
    assert any(letter.recipient.startswith("ann@") for letter in told)
    found = seats(staffed)
    assert {seat.state for seat in found.values()} == {"invited"}
    assert gone not in {seat.user_id for seat in found.values()}
    moved = cutover_of(staffed)
    assert db.session.query(Checklist).one().cutover_at == moved.starts_at
    fields["version"] = str(moved.version)
    assert submit(ann, f"/cutovers/{staffed}/window", fields).status_code == 303
    settle(staffed)
    assert len(mails()) == before + len(told) + 1, "the same window again is no news"
    assert cutover_of(staffed).version == moved.version
    for seat in found.values():
        assert answer(app, cast, seat, "accept").status_code == 303


def test_moved_twice_in_a_row_people_hear_of_the_last_window_only(
    app: Flask, cast: Cast, staffed: int
) -> None:
    settle(staffed)
    before = len(mails("Standby"))
    for days in (2, 4):
        with transaction() as session:
            cutover = session.get_one(Cutover, staffed)
            at = clock.now().replace(microsecond=0) + timedelta(days=days)
            until = at + timedelta(hours=4)
            cutovers.change_window(session, SYSTEM, staffed, at, until, cutover.version)
    settle(staffed)
    told = mails("Standby")[before:]
    assert len(told) == len(PLACES)
    assert all(f"{at:%Y-%m-%dT%H:%M}" in letter.text for letter in told)

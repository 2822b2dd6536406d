"""Seats that a manager gives to somebody else, that a colleague takes over, that one asks about."""

import pytest
from flask import Flask

from onboarding.people.models import User
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import Place, at_once, mails, name_of, seats
from tests.stories import browser, fresh, kinds

SEAT = ("ops", "primary")


@pytest.fixture
def third(cast: Cast, staffed: int) -> str:
    """Whoever of ops has no seat."""
    taken = {seat.user_id for seat in seats(staffed).values()}
    return next(name for name in ("omar", "olga", "adam") if cast[name] not in taken)


def told(place: Place, words: str) -> bool:
    return any(m.recipient == place.email and words in m.text for m in mails())


def test_a_manager_puts_somebody_else_on_a_seat_and_both_are_told(
    app: Flask, cast: Cast, staffed: int, third: str
) -> None:
    seat, ann = seats(staffed)[SEAT], browser(app, "ann")
    page = ann.get(f"/seats/{seat.id}/swap").text
    assert fresh(User, cast[third]).name in page
    fields = {"holder": str(seat.user_id), "colleague": str(cast[third])}
    assert submit(browser(app, "eve"), f"/seats/{seat.id}/give", fields).status_code == 403
    assert submit(ann, f"/seats/{seat.id}/give", fields).status_code == 303
    after = seats(staffed)[SEAT]
    assert (after.id, after.user_id, after.state) == (seat.id, cast[third], "invited")
    assert told(seat, "stands by instead of you")
    assert told(after, "You are asked to stand by as primary of ops")
    stale = submit(ann, f"/seats/{seat.id}/give", fields)
    assert stale.status_code == 409
    assert "Somebody else has this seat" in stale.text


def test_who_takes_a_seat_over_has_accepted_and_of_two_at_once_one_moves_it(
    app: Flask, cast: Cast, staffed: int, third: str
) -> None:
    seat = seats(staffed)[SEAT]
    fields = {"holder": str(seat.user_id), "colleague": str(cast[third])}
    taker, ann = browser(app, third), browser(app, "ann")
    does = [
        lambda: submit(taker, f"/seats/{seat.id}/take", fields).status_code,
        lambda: submit(ann, f"/seats/{seat.id}/give", fields).status_code,
    ]
    assert sorted(at_once(app, *does)) == [303, 409]
    assert seats(staffed)[SEAT].user_id == cast[third]
    assert kinds(f"cutover:{staffed}").count("seat.passed_on") == 1


def test_one_asks_for_ones_own_seat_only_and_only_who_is_able(
    app: Flask, cast: Cast, staffed: int, third: str
) -> None:
    seat = seats(staffed)[SEAT]
    owner, other = browser(app, name_of(cast, seat.user_id)), browser(app, "eve")
    assert submit(other, f"/seats/{seat.id}/ask", {"colleague": cast[third]}).status_code == 403
    assert submit(owner, f"/seats/{seat.id}/ask", {"colleague": cast["eve"]}).status_code == 409
    assert submit(other, f"/seats/{seat.id}/take", {"holder": seat.user_id}).status_code == 409
    assert mails("Take over?") == []
    assert submit(owner, f"/seats/{seat.id}/ask", {"colleague": cast[third]}).status_code == 303
    assert [m.recipient for m in mails("Take over?")] == [f"{third}@vendor.example"]
    assert seats(staffed)[SEAT] == seat

"""Which minutes of a window nobody covers: the rule, and how the roster's page and the gates say so."""

from datetime import timedelta

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from onboarding.clock import parse as at
from onboarding.db import transaction
from onboarding.people.models import Away
from onboarding.rosters.coverage import Gap, Stand, gaps
from tests.cast import Cast
from tests.rosters.standing import answer, name_of, seats
from tests.stories import browser, cutover_of

START, END = at("2027-03-01T10:00"), at("2027-03-01T18:00")


def test_minutes_without_a_primary_are_gaps_and_a_backup_is_named() -> None:
    omar = Stand("Omar", True, ((at("2027-03-01T12:00"), at("2027-03-01T13:30")),))
    olga = Stand("Olga", False, ((at("2027-03-01T13:00"), at("2027-03-01T20:00")),))
    assert gaps("ops", START, END, [omar, olga]) == [
        Gap("ops", at("2027-03-01T12:00"), at("2027-03-01T13:00"), ("Omar",), "Olga"),
        Gap("ops", at("2027-03-01T13:00"), at("2027-03-01T13:30"), ("Olga", "Omar")),
    ]
    assert gaps("ops", START, END, []) == [Gap("ops", START, END, ())]
    assert gaps("ops", START, END, [Stand("Omar", True)]) == []


spans = st.lists(
    st.tuples(st.integers(-60, 540), st.integers(1, 300)).map(
        lambda t: (START + timedelta(minutes=t[0]), START + timedelta(minutes=t[0] + t[1]))
    ),
    max_size=3,
).map(tuple)


@given(st.lists(st.builds(Stand, st.sampled_from(["a", "b"]), st.booleans(), spans), max_size=3))
def test_every_minute_is_in_a_gap_or_has_a_primary(stands: list[Stand]) -> None:
    found = gaps("ops", START, END, stands)
    for minute in range(0, 480, 7):
        now = START + timedelta(minutes=minute)
        there = any(s.primary and not any(a <= now < b for a, b in s.away) for s in stands)
        assert there != any(gap.start <= now < gap.end for gap in found)


def test_who_is_away_for_a_part_of_the_window_leaves_minutes_that_the_gates_name(
    app: Flask, cast: Cast, staffed: int
) -> None:
    for role in ("primary", "backup"):
        answer(app, cast, seats(staffed)["neteng", role], "accept")
    start = cutover_of(staffed).starts_at
    first, both = (timedelta(hours=1), timedelta(hours=2)), (timedelta(hours=1), timedelta(hours=3))
    for role, (begins, ends) in (("backup", first), ("primary", both)):
        with transaction() as session:
            user = seats(staffed)["neteng", role].user_id
            session.add(Away(user_id=user, starts_at=start + begins, ends_at=start + ends))
    primary, backup = (
        f"{name_of(cast, seats(staffed)['neteng', role].user_id)}" for role in ("primary", "backup")
    )
    page = browser(app, "ann").get(f"/cutovers/{staffed}/roster").text
    assert "uncovered" in page
    assert "no primary, only the backup" in page
    gate = browser(app, "ann").get(f"/cutovers/{staffed}").text
    assert f"uncovered: neteng {start + timedelta(hours=1):%d %b %H:%M}" in gate
    assert primary.capitalize() in gate
    assert backup.capitalize() in gate

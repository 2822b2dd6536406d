"""Where items stand: blockers, sign-off, probes, due times that follow T, and whose move it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.checklists.facts import complete
from onboarding.checklists.progress import (
    Mark,
    actionable,
    next_line,
    remaining,
    still_demanded,
    survey,
    tally,
    who_has_the_ball,
)
from onboarding.checklists.template import STAGES, Item, Probe

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
T = NOW + timedelta(days=10)
FACTS = complete({"hostname_kinds": ["apex"]})


def item(item_id, **changes):
    base = {"stage": "config", "owner": "customer", "title": item_id, "why": "because"}
    return Item(item_id, **{**base, **changes})


def lines(items, marks=(), facts=FACTS, **keys):
    return {line.item.id: line for line in survey(items, marks, facts, now=NOW, **keys)}


def test_an_item_waits_for_what_it_depends_on_and_names_it():
    items = [item("a"), item("b", depends_on=("a",))]
    assert lines(items)["b"].status == "blocked"
    assert lines(items)["b"].blocked_by == ("a",)
    done = lines(items, [Mark("a", done_by="ada")])
    assert (done["a"].status, done["b"].status) == ("done", "open")


@pytest.mark.parametrize("mark", [Mark("a", waived_by="ada", waived_why="no origin of their own")])
def test_a_waived_item_blocks_nothing_and_is_not_counted_as_done(mark):
    found = lines([item("a"), item("b", depends_on=("a",))], [mark])
    assert found["b"].status == "open"
    assert (tally(found.values()).waived, tally(found.values()).done) == (1, 0)


def test_an_item_that_is_not_needed_blocks_nothing():
    items = [item("a", needed_when="hsts"), item("b", depends_on=("a",))]
    assert lines(items)["a"].status == "not_needed"
    assert lines(items)["b"].status == "open"
    assert lines(items, facts=complete({"hsts": True}))["b"].status == "blocked"


def test_a_second_person_must_sign_and_holds_the_ball_until_then():
    items = [item("a", sign_off="ops")]
    ticked = lines(items, [Mark("a", done_by="ada")])["a"]
    assert (ticked.status, ticked.ball) == ("awaiting_sign_off", "ops")
    same = lines(items, [Mark("a", done_by="ada", signed_by="ada")])["a"]
    assert same.status == "awaiting_sign_off"
    assert lines(items, [Mark("a", done_by="ada", signed_by="bo")])["a"].status == "done"


def test_evidence_of_one_asked_kind_is_enough_and_none_is_not():
    items = [item("a", evidence=("file", "link"))]
    bare = lines(items, [Mark("a", done_by="ada", evidence=frozenset({"note"}))])["a"]
    assert (bare.status, bare.lacks) == ("open", ("evidence: a file or a link",))
    given_link = Mark("a", done_by="ada", evidence=frozenset({"link"}))
    assert lines(items, [given_link])["a"].status == "done"


def test_a_probe_that_stops_passing_opens_the_item_again():
    items = [item("a", probe=Probe("hsts"), required=True), item("b", depends_on=("a",))]
    found = lines(items, [Mark("a", done_by="probe", probe_passes=False)])
    assert (found["a"].status, found["b"].status) == ("broken", "blocked")
    assert [line.item.id for line in still_demanded(found.values(), "test")] == ["a"]


def test_due_times_move_with_t():
    items = [item("a", due=timedelta(days=-7)), item("b")]
    assert lines(items)["a"].due is None
    assert lines(items, cutover_at=T)["a"].due == T - timedelta(days=7)
    soon = lines(items, cutover_at=T - timedelta(days=4))
    assert (soon["a"].due, soon["a"].overdue) == (T - timedelta(days=11), True)
    assert soon["b"].due is None


def test_a_stage_demands_the_required_items_of_earlier_stages_only():
    items = [
        item("goal", stage="signup", required=True),
        item("nice", stage="signup"),
        item("origin", stage="config", required=True),
    ]
    found = survey(items, [], FACTS, now=NOW)
    assert [line.item.id for line in still_demanded(found, "config")] == ["goal"]
    assert [line.item.id for line in still_demanded(found, "test")] == ["goal", "origin"]
    assert still_demanded(found, "signup") == ()


def test_the_level_of_help_moves_open_items_to_another_team():
    items = [item("a", owner_at=(("hands_on", "support"),))]
    assert lines(items)["a"].ball == "customer"
    assert lines(items, level="hands_on")["a"].ball == "support"


def test_next_is_required_before_recommended_then_by_due_time():
    items = [
        item("later", due=timedelta(days=-1)),
        item("sooner", due=timedelta(days=-3)),
        item("gate", required=True),
        item("earlier stage", stage="signup"),
        item("theirs", stage="signup", owner="ops"),
    ]
    found = survey(items, [], FACTS, now=NOW, cutover_at=T)
    assert [line.item.id for line in actionable(found, "customer")] == [
        "earlier stage",
        "gate",
        "sooner",
        "later",
    ]
    ops = next_line(found, "ops")
    assert ops is not None
    assert ops.item.id == "theirs"
    assert next_line(found, "neteng") is None


def test_the_ball_is_with_whoever_owes_a_required_item():
    items = [item("nice", stage="signup"), item("gate", owner="support", required=True)]
    found = survey(items, [], FACTS, now=NOW)
    assert who_has_the_ball(found, "config") == "support"
    assert who_has_the_ball(found, "signup") == "customer"


def test_remaining_time_is_the_longest_chain():
    hour = timedelta(hours=1)
    items = [
        item("a", how_long=hour),
        item("b", how_long=hour, depends_on=("a",)),
        item("c", how_long=hour, depends_on=("gone",)),
    ]
    assert remaining(survey(items, [], FACTS, now=NOW)) == 2 * hour
    assert remaining(survey(items, [Mark("a", done_by="x")], FACTS, now=NOW)) == hour


@st.composite
def checklists(draw):
    size = draw(st.integers(1, 8))
    items = []
    for number in range(size):
        earlier = [f"i{one}" for one in range(number)]
        items.append(
            item(
                f"i{number}",
                stage=draw(st.sampled_from(STAGES)),
                depends_on=tuple(draw(st.lists(st.sampled_from(earlier), unique=True)))
                if earlier
                else (),
                required=draw(st.booleans()),
                how_long=timedelta(minutes=draw(st.integers(0, 500))),
            )
        )
    return items


@given(checklists(), st.data())
def test_working_off_what_is_actionable_always_comes_to_an_end(items, data):
    marks = []
    for _ in items:
        found = survey(items, marks, FACTS, now=NOW)
        ready = actionable(found)
        assert ready, "something can always be done until all is done"
        before = remaining(found)
        marks.append(Mark(data.draw(st.sampled_from(ready)).item.id, done_by="ada"))
        assert remaining(survey(items, marks, FACTS, now=NOW)) <= before
    found = survey(items, marks, FACTS, now=NOW)
    assert all(line.settled for line in found)
    assert still_demanded(found, "tuning") == ()

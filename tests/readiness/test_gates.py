"""The gates before a flip: each met and each not, with who has the ball (pure)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.readiness.facts import Certificate, Proved
from onboarding.readiness.gates import Facts, Gate, gates, missing, ready
from onboarding.readiness.ttl_clock import TtlClock

TEAMS = ("ops", "neteng", "support")
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROVED = Proved(NOW - HOUR, "", "", "", told=("Omar Okafor, haproxy",))
LOW = TtlClock("www", 300, 300, 3600, NOW - 3 * HOUR, NOW - 2 * HOUR)
GOOD = Facts(
    now=NOW,
    proof=PROVED,
    proof_days=14,
    rehearsed=NOW - 24 * HOUR,
    rehearsal_days=7,
    certificates=(Certificate("Certificate at the edge", True, True, "valid for 80 days", NOW),),
    ttls=(LOW,),
    forecast_done=True,
    signed=frozenset({"ops", "neteng"}),
    fit="fits",
    seats={(team, "primary"): "on_station" for team in TEAMS},
    votes=dict.fromkeys(TEAMS, "go"),
    teams=TEAMS,
    in_window=True,
    window_why="open for another 3 h",
)


ONE_PROOF = {"rollback", "switch", "metrics"}


def only(facts: Facts) -> Gate:
    """The one gate that is not met; of those that one proof meets, the first."""
    unmet = [gate for gate in gates(facts) if not gate.met]
    if {gate.key for gate in unmet} == ONE_PROOF:
        return unmet[0]
    assert len(unmet) == 1, [gate.key for gate in unmet]
    return unmet[0]


def test_where_all_is_well_every_gate_is_met_and_the_start_is_free() -> None:
    assert ready(gates(GOOD))
    assert missing(gates(GOOD)) == ""


UNMET = [
    ({"open_items": ("Purge", "Logs")}, "checklist", "account_manager", "2 required open: Purge"),
    ({"forecast_done": False}, "forecast", "ops", "no forecast yet"),
    ({"signed": frozenset({"ops"})}, "forecast", "neteng", "missing: neteng"),
    ({"signed": frozenset()}, "forecast", "ops", "missing: ops, neteng"),
    ({"fit": "does_not_fit"}, "capacity", "neteng", "does not fit"),
    ({"fit": ""}, "capacity", "neteng", "not held against capacity"),
    ({"votes": {**GOOD.votes, "neteng": "no_go"}}, "votes", "neteng", "no-go from neteng"),
    ({"votes": {**GOOD.votes, "ops": "stale"}}, "votes", "ops", "changed since the vote of ops"),
    ({"votes": {"ops": "go", "neteng": "go"}}, "votes", "support", "waiting for support"),
    ({"in_window": False, "window_why": "it opens in 2 h"}, "window", "account_manager", "2 h"),
    ({"proof": None}, "rollback", "ops", "not asked yet"),
    ({"proof": replace(PROVED, rollback="it is at 5 %")}, "rollback", "ops", "it is at 5 %"),
    ({"proof": replace(PROVED, metrics="refused")}, "metrics", "ops", "refused"),
    ({"proof": replace(PROVED, void="the switch's settings changed")}, "rollback", "ops", "void"),
    ({"proof": replace(PROVED, at=NOW - 400 * HOUR)}, "rollback", "ops", "more than 14 days ago"),
    ({"rehearsed": None}, "rehearsal", "ops", "none went as it should"),
    ({"rehearsed": NOW - 200 * HOUR}, "rehearsal", "ops", "7 days at most"),
    ({"certificates": (Certificate("Edge", False, True, "expired"),)}, "certificates", "customer", "not as it should be: Edge"),
    ({"certificates": (Certificate("Edge", None, False),)}, "certificates", "customer", "not seen yet: Edge"),
    ({"ttls": (replace(LOW, now=3600, safe_at=None),)}, "ttl", "customer", "300 s or less are wanted"),
    ({"ttls": (replace(LOW, safe_at=NOW + HOUR),)}, "ttl", "customer", "earliest safe switch 01 Mar 13:00 UTC"),
    ({"ttls": (TtlClock("www", 300, None),)}, "ttl", "customer", "not seen yet"),
    ({"freezes": ("Xmas",)}, "freeze", "account_manager", "frozen: Xmas"),
    ({"open_tickets": ("T-7 severity 1, 502",)}, "tickets", "support", "1 open: T-7 severity 1, 502"),
    ({"seats": {**GOOD.seats, ("neteng", "primary"): "accepted"}}, "on_station", "neteng", "not on"),
    ({"uncovered": ("ops 13 to 15",)}, "roster", "ops", "uncovered: ops 13 to 15"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "key", "owner", "why"), UNMET)
def test_each_gate_that_is_not_met_says_why_and_whose_turn_it_is(
    changes: dict[str, object], key: str, owner: str, why: str
) -> None:
    gate = only(replace(GOOD, **changes))
    assert (gate.key, gate.owner) == (key, owner)
    assert why in gate.why
    assert gate.hint
    assert not ready(gates(replace(GOOD, **changes)))


def test_whom_no_page_reaches_is_named_and_binds_where_the_operator_demands_it() -> None:
    facts = replace(GOOD, unreachable=("Nina Novak",))
    assert "no proved way to page Nina Novak" in only(facts).why
    assert ready(gates(facts))
    assert not ready(gates(replace(facts, reach_demanded=True)))


def test_a_seat_nobody_accepted_is_missed_twice() -> None:
    facts = replace(GOOD, seats={**GOOD.seats, ("ops", "primary"): "invited"})
    unmet = [gate.key for gate in gates(facts) if not gate.met]
    assert unmet == ["roster", "on_station"]


def test_what_two_overruled_is_not_met_and_does_not_block_and_nothing_else_is_let_pass() -> None:
    facts = replace(
        GOOD, fit="does_not_fit", open_items=("Purge",), overruled={"capacity": "A, B: x"}
    )
    found = {gate.key: gate for gate in gates(facts)}
    assert not found["capacity"].met
    assert not found["capacity"].blocks
    assert found["checklist"].blocks
    assert not ready(gates(facts))
    assert ready(gates(replace(facts, open_items=())))
    assert "Capacity" not in missing(gates(facts))


def test_a_certificate_that_the_checklist_does_not_demand_is_shown_alone() -> None:
    spare = Certificate("Spare", False, False, "expired", needed=False)
    facts = replace(GOOD, certificates=(*GOOD.certificates, spare))
    gate = next(gate for gate in gates(facts) if gate.key == "certificates")
    assert gate.met
    assert any("Spare: expired" in line for line in gate.evidence)


def test_what_the_operator_does_not_demand_is_shown_and_binds_nobody() -> None:
    assert ready(gates(replace(GOOD, proof=None, proof_days=0, rehearsed=None, rehearsal_days=0)))


def test_tight_is_enough() -> None:
    assert ready(gates(replace(GOOD, fit="tight")))


@given(
    st.builds(
        Facts,
        open_items=st.lists(st.text(max_size=5), max_size=5).map(tuple),
        forecast_done=st.booleans(),
        signed=st.frozensets(st.sampled_from(["ops", "neteng", "support"])),
        fit=st.sampled_from(["", "fits", "tight", "does_not_fit"]),
        seats=st.dictionaries(
            st.tuples(st.sampled_from(TEAMS), st.sampled_from(["primary", "backup"])),
            st.sampled_from(["empty", "invited", "accepted", "on_station"]),
        ),
        votes=st.dictionaries(st.sampled_from(TEAMS), st.sampled_from(["go", "no_go", "stale"])),
        teams=st.just(TEAMS),
        in_window=st.booleans(),
        freezes=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        practice=st.booleans(),
    )
)
def test_free_means_that_nothing_is_missing_and_practice_is_always_free(facts: Facts) -> None:
    rows = gates(facts)
    assert [gate.key for gate in rows] == [gate.key for gate in gates(GOOD)]
    assert ready(rows) == (missing(rows) == "")
    if facts.practice:
        assert ready(rows)
    elif ready(rows):
        assert facts.signed >= {"ops", "neteng"}
        assert set(facts.votes.values()) == {"go"}
        assert not facts.open_items
        assert not facts.freezes

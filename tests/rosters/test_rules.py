"""Whatever the problem, the roster keeps the hard rules, and what can be filled is filled."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.rosters.eligibility import reason_against
from onboarding.rosters.scoring import hours_outside
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import Assignment
from onboarding.rosters.windows import out_of_hours
from tests.rosters.builders import cutover, need, person, problem

# London and New York change their clocks in the two weeks from here, Sydney a week later
BEGIN = datetime(2027, 3, 13, tzinfo=UTC)
TEAMS = ("ops", "support")
SKILLS = ("bgp", "tls")
ZONES = ("Europe/London", "America/New_York", "Australia/Sydney")


def when(quarters: int) -> str:
    return (BEGIN + timedelta(minutes=15) * quarters).isoformat()


@st.composite
def problems(draw):
    people = [
        person(
            f"p{i}",
            team=draw(st.sampled_from(TEAMS)),
            tz=draw(st.sampled_from(ZONES)),
            hours=draw(
                st.sampled_from([["09:00", "17:30"], ["22:00", "06:00"], ["00:30", "08:00"]])
            ),
            days=draw(st.lists(st.integers(1, 7), max_size=7, unique=True)),
            skills=draw(st.lists(st.sampled_from(SKILLS), unique=True)),
            trainee=draw(st.integers(0, 4)) == 0,
            away=[
                [when(a), when(a + 96)] for a in draw(st.lists(st.integers(0, 1500), max_size=1))
            ],
            load=draw(st.integers(0, 20)),
        )
        for i in range(draw(st.integers(1, 8)))
    ]
    cutovers = []
    for c in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, 1500))
        roles = draw(
            st.lists(
                st.tuples(st.sampled_from(TEAMS), st.sampled_from(["primary", "backup", "shadow"])),
                min_size=1,
                unique=True,
            )
        )
        needs = [
            need(
                team,
                role,
                count=draw(st.integers(1, 2)),
                skills=draw(st.lists(st.sampled_from(SKILLS), max_size=1)),
            )
            for team, role in roles
        ]
        length = draw(st.integers(1, 40))
        cutovers.append(cutover(f"c{c}", when(start), when(start + length), *needs))
    return problem(people, cutovers)


def broken_rules(stated: Problem, places: tuple[Assignment, ...]) -> list[str]:
    """Every hard rule, told over plainly."""
    found = []
    held: dict[str, list[Assignment]] = {}
    for place in places:
        someone = stated.person_by_id[place.person]
        window = stated.cutover_by_id[place.cutover]
        wanted = stated.need(place.cutover, place.team, place.role)
        if someone.team != place.team or wanted is None:
            found.append(f"wrong team or seat: {place}")
        elif reason_against(stated, window, wanted, someone):
            found.append(f"not allowed: {place}")
        if someone.trainee and place.role != "shadow":
            found.append(f"a trainee alone: {place}")
        held.setdefault(place.person, []).append(place)
    for duties in held.values():
        for i, one in enumerate(duties):
            found += [f"{one} and {two}" for two in duties[i + 1 :] if clash(stated, one, two)]
    for window in stated.cutovers:
        for wanted in window.needs:
            seats = [
                p
                for p in places
                if (p.cutover, p.team, p.role) == (window.id, wanted.team, wanted.role)
            ]
            if len(seats) > wanted.count or len({p.person for p in seats}) < len(seats):
                found.append(f"too many on {window.id} {wanted.role}")
    return found


def clash(stated: Problem, one: Assignment, two: Assignment) -> bool:
    a, b = sorted((stated.cutover_by_id[p.cutover] for p in (one, two)), key=lambda c: c.start)
    if one.cutover == two.cutover or b.start < a.end:
        return True
    outside = hours_outside(stated, one) + hours_outside(stated, two)
    return b.start - a.end < timedelta(hours=11) and outside > 0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems(), st.integers(0, 3))
def test_no_rule_is_broken_and_nobody_is_left_idle_beside_an_empty_seat(document, seed):
    stated = Problem.from_json(document)
    solution = solve(stated, time_limit=60, seed=seed)
    assert broken_rules(stated, solution.assignments) == []
    assert solution.status == "optimal"
    assert solution.bound <= solution.objective + 1e-6
    missing = sum(seat.missing for seat in solution.unfilled)
    seats = sum(n.count for c in stated.cutovers for n in c.needs)
    assert missing == solution.score.unfilled == seats - len(solution.assignments)
    for seat in solution.unfilled:
        for someone in stated.people:
            place = Assignment(seat.cutover, seat.team, seat.role, someone.id)
            assert broken_rules(stated, (*solution.assignments, place)), f"{place} was possible"
    assert solve(stated, time_limit=60, seed=seed).assignments == solution.assignments


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems(), st.data())
def test_a_re_solve_after_a_decline_keeps_the_rules_and_what_it_can(document, data):
    stated = Problem.from_json(document)
    before = solve(stated, time_limit=60)
    if not before.assignments:
        return
    gone = data.draw(st.sampled_from(before.assignments))
    declined = [{"cutover": gone.cutover, "person": gone.person}]
    stated = Problem.from_json({**document, "declined": declined})
    after = solve(stated, time_limit=60, keep=before.assignments)
    assert broken_rules(stated, after.assignments) == []
    kept = set(before.assignments) - {gone}
    assert gone not in after.assignments
    if after.score.unfilled <= before.score.unfilled and after.score.changed == 1:
        assert kept <= set(after.assignments)
    assert after.score.unfilled <= before.score.unfilled + 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 200), st.integers(1, 60))
def test_the_window_named_for_an_empty_seat_fills_it(start, length):
    """The only one who could is on another duty: move the window to where it says, and the seat is filled."""
    busy = cutover("busy", when(100), when(130), need(skills=["bgp"]))
    people = [person("ann", skills=["bgp"], tz="America/New_York")]
    wanted = cutover("wanted", when(start), when(start + length), need(skills=["bgp"]))
    solution = solve(Problem.from_json(problem(people, [busy, wanted])), time_limit=60)
    for seat in solution.unfilled:
        assert seat.nearest is not None
        moved = [
            {**c, "start": seat.nearest[0].isoformat(), "end": seat.nearest[1].isoformat()}
            if c["id"] == seat.cutover
            else c
            for c in (busy, wanted)
        ]
        again = solve(Problem.from_json(problem(people, moved)), time_limit=60)
        assert again.complete


def test_a_duty_over_the_change_of_clocks_counts_what_the_clock_shows():
    """In London the clock goes forward on 28 March 2027: from 23:00 to 05:00 are five hours, not six."""
    night = person("ann", hours=["23:00", "05:00"], days=[6])
    window = cutover("c", "2027-03-27T23:00Z", "2027-03-28T04:00Z")
    solution = solve(Problem.from_json(problem([night], [window])), time_limit=60)
    assert solution.score.out_of_hours == 0
    (someone,) = Problem.from_json(problem([night], [])).people
    later = datetime(2027, 3, 28, 5, tzinfo=UTC)
    assert out_of_hours(someone.working, later - timedelta(hours=6), later) == 1

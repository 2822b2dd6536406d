"""Rosters: who stands by for which cutover. Plain dataclasses in, plain dataclasses out.

Imports OR-Tools, which the web process must not: there, enqueue a job. The same seed gives the same roster
where the best is proven before the time limit, and where the search is `steady`; else the roster depends on how
far the search came.
"""

import time
from collections.abc import Iterable

from onboarding.rosters import crew, explain, scoring
from onboarding.rosters.pins import contradictions
from onboarding.rosters.solution import FEASIBLE, INFEASIBLE, OPTIMAL, Solution
from onboarding.rosters.statement import Problem
from onboarding.rosters.team import POINTS, split
from onboarding.rosters.terms import Assignment

DEFAULT_SECONDS = 10.0

AFTERWARDS = 0.7
"""What scoring and explaining take, as a part of what it takes to set the teams up."""


def solve(
    problem: Problem,
    time_limit: float = DEFAULT_SECONDS,
    keep: Iterable[Assignment] | None = None,
    pins: Iterable[Assignment] = (),
    bars: Iterable[tuple[str, str]] = (),
    seed: int = 0,
    steady: bool = False,
) -> Solution:
    """The best roster found within `time_limit` seconds; sooner where it is proven that none is better.

    `keep`: the places of an earlier roster, given up as few as can be. `pins`: places that must be so.
    `bars`: (cutover id, person id) that must not be. Raises BadInput where a pin or bar names what is not
    there; pins that contradict the hard rules give an `infeasible` solution with `conflicts`. `steady`: the
    limit is of work and not of the clock, so that the same problem and seed give the same roster anywhere.
    """
    began = time.monotonic()
    problem = problem.with_pins(pins, bars)
    kept = tuple(keep or ())
    conflicts = contradictions(problem)
    if conflicts:
        return Solution(INFEASIBLE, (), conflicts=conflicts, seconds=time.monotonic() - began)
    shares = [split(problem, team, kept) for team in problem.teams]
    spent = time.monotonic() - began
    if steady:
        found = crew.solve_steadily(shares, time_limit, seed)
    else:
        found = crew.solve_teams(shares, began + time_limit - AFTERWARDS * spent, seed)
    places = tuple(
        sorted(
            place
            for share, f in zip(shares, found, strict=True)
            for place in share.assignments(f.roster)
        )
    )
    score = scoring.score(problem, places, kept)
    dropped = score.changed - sum(
        person not in f.roster[i]
        for share, f in zip(shares, found, strict=True)
        for i, person in share.kept
    )
    lost = dropped * problem.weights.changed
    return Solution(
        status=OPTIMAL if all(f.proven for f in found) else FEASIBLE,
        assignments=places,
        unfilled=explain.unfilled(problem, places),
        score=score,
        objective=round(sum(f.price for f in found) / POINTS + lost, 4),
        bound=round(sum(min(f.bound, f.price) for f in found) / POINTS + lost, 4),
        seconds=time.monotonic() - began,
    )

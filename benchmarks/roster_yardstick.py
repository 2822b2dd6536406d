"""What the roster benchmarks share: problems, the greedy rota they are held against, the independent check."""

import argparse
import importlib.util
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from onboarding.rosters import scoring
from onboarding.rosters.clashes import clashing
from onboarding.rosters.eligibility import reason_against
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import Assignment

CHECKS = next(
    (
        checks
        for folder in Path(__file__).resolve().parents
        if (checks := folder / "shared" / "checks").exists()
    ),
    Path("shared/checks"),
)


def seed_argument(default: int) -> int:
    """The seed of the problem, from the command line."""
    return arguments(default)[0]


def arguments(default: int) -> tuple[int, bool]:
    """The seed of the problem, and whether seconds are of work and not of the clock: for a busy machine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=default)
    parser.add_argument("--steady", action="store_true")
    given = parser.parse_args()
    return int(given.seed), bool(given.steady)


def document(seed: int, people: int, cutovers: int, weeks: int) -> dict[str, Any]:
    """A made-up problem: four teams of `people` each."""
    made: dict[str, Any] = _module("roster_problem").make(seed, people, cutovers, weeks)
    return made


def checked(stated: dict[str, Any], solution: dict[str, Any]) -> dict[str, Any]:
    """Violations, empty seats, hours and spreads of a solution, counted independently of the product."""
    result: dict[str, Any] = _module("roster_check").check(stated, solution)
    return result


def least_loaded_first(problem: Problem) -> list[Assignment]:
    """The usual rota: window after window, each seat to the least loaded person who may take it."""
    loads = {person.id: person.load for person in problem.people}
    duties: dict[str, list[Any]] = {person.id: [] for person in problem.people}
    places = []
    for cutover in sorted(problem.cutovers, key=lambda c: (c.start, c.id)):
        for need in cutover.needs:
            for _ in range(need.count):
                free = [
                    person
                    for person in problem.people
                    if person.team == need.team
                    and reason_against(problem, cutover, need, person) is None
                    and cutover not in duties[person.id]
                    and not clashing([cutover, *_near(duties[person.id], cutover)], person.working)[
                        0
                    ]
                ]
                if not free:
                    continue
                chosen = min(free, key=lambda person: (loads[person.id], person.id))
                place = Assignment(cutover.id, need.team, need.role, chosen.id)
                loads[chosen.id] += cutover.hours + scoring.hours_outside(problem, place)
                duties[chosen.id].append(cutover)
                places.append(place)
    return places


def _near(duties: list[Any], cutover: Any) -> list[Any]:
    day = timedelta(days=1)
    return [d for d in duties if d.start < cutover.end + day and cutover.start < d.end + day]


def as_json(places: list[Assignment]) -> dict[str, Any]:
    """`places` as the check reads them."""
    return {
        "assignments": [
            {"cutover": p.cutover, "team": p.team, "role": p.role, "person": p.person}
            for p in places
        ]
    }


def _module(name: str) -> ModuleType:
    path = CHECKS / f"{name}.py"
    if not path.exists():
        raise SystemExit(f"{path} is not there: the roster benchmarks need the shared checks")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

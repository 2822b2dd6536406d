"""Why every empty seat is empty, in 0.1 s: 4 x 6 people and 60 cutovers, and a roster with nobody on it."""

import time

from benchmarks import roster_yardstick as yardstick
from onboarding.rosters import explain
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem


def main() -> None:
    seed = yardstick.seed_argument(506)
    problem = Problem.from_json(yardstick.document(seed, 6, 60, 8))
    plan = solve(problem, 5.0)
    for name, places in (("the best roster", plan.assignments), ("an empty roster", ())):
        began = time.perf_counter()
        seats = explain.unfilled(problem, places)
        took = time.perf_counter() - began
        print(
            f"{name}: {len(seats)} reasons in {took * 1000:.0f} ms (asked 100), such as: {seats[0].why}"
        )


if __name__ == "__main__":
    main()

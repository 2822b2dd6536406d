"""Distance to the bound: proof at small sizes, 0.1 % at medium, 10 % at 4 x 50 people and 100 cutovers.

Empty seats that nobody could fill are taken out of objective and bound: their price would hide the gap.
"""

from benchmarks import roster_yardstick as yardstick
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem

SIZES = (
    (5, 10, 4, 5.0, "proven"),
    (12, 25, 4, 20.0, "0.1 %"),
    (50, 100, 8, 1.0, "full"),
    (50, 100, 8, 60.0, "10 %"),
)


def main() -> None:
    seed, steady = yardstick.arguments(502)
    for people, cutovers, weeks, seconds, asked in SIZES:
        document = yardstick.document(seed, people, cutovers, weeks)
        problem = Problem.from_json(document)
        solution = solve(problem, seconds, steady=steady)
        assert solution.objective is not None
        assert solution.bound is not None
        empty = sum(problem.weights.empty(s.role) * s.missing for s in solution.unfilled)
        soft = solution.objective - empty
        ours = yardstick.checked(document, solution.to_json())
        print(
            f"4 x {people}, {cutovers} cutovers in {seconds:g} s: {solution.status}, objective {soft:.2f}, "
            f"gap {(solution.objective - solution.bound) / soft:.2%} (asked {asked}), "
            f"empty {solution.score.unfilled}, violations {ours['violations']}, {solution.seconds:.1f} s"
        )


if __name__ == "__main__":
    main()

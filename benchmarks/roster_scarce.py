"""4 x 6 people and 60 cutovers in 8 weeks: empty seats against their lower bound and against the rota.

The bound is a proof of its own: the same rules with nothing but empty seats to pay for.
"""

from dataclasses import replace

from benchmarks import roster_yardstick as yardstick
from onboarding.rosters import scoring
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import Weights

SEATS_ALONE = Weights(1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def main() -> None:
    seed = yardstick.seed_argument(504)
    document = yardstick.document(seed, 6, 60, 8)
    problem = Problem.from_json(document)
    seats = sum(need.count for cutover in problem.cutovers for need in cutover.needs)
    rota = scoring.score(problem, yardstick.least_loaded_first(problem))
    least = solve(replace(problem, weights=SEATS_ALONE), 20.0)
    solution = solve(problem, 10.0)
    ours = yardstick.checked(document, solution.to_json())
    print(
        f"of {seats} seats empty: {ours['unfilled']} (bound {least.bound:g}, rota {rota.unfilled}), "
        f"violations {ours['violations']}, {solution.seconds:.1f} s"
    )


if __name__ == "__main__":
    main()

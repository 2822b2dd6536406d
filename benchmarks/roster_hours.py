"""Hours outside working time against the least-loaded-first rota, and the spread of load beside it, in 10 s.

Asked for: at most 0.73 of the rota's hours at 4 x 20 people and 100 cutovers, 0.82 at 4 x 8 and 20, 0.80 at
4 x 50 and 400; no team's spread more than an hour above the rota's; no hard rule broken, by either.
"""

from benchmarks import roster_yardstick as yardstick
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem

SIZES = ((20, 100, 8, 0.73), (8, 20, 4, 0.82), (50, 400, 8, 0.80))


def main() -> None:
    seed = yardstick.seed_argument(501)
    for people, cutovers, weeks, asked in SIZES:
        document = yardstick.document(seed, people, cutovers, weeks)
        problem = Problem.from_json(document)
        rota = yardstick.checked(document, yardstick.as_json(yardstick.least_loaded_first(problem)))
        solution = solve(problem, 10.0)
        ours = yardstick.checked(document, solution.to_json())
        above = max(ours["spread"][team] - rota["spread"][team] for team in rota["spread"])
        print(
            f"4 x {people}, {cutovers} cutovers: {ours['out_of_hours']:g} h against {rota['out_of_hours']:g} h, "
            f"ratio {ours['out_of_hours'] / rota['out_of_hours']:.3f} (asked {asked}), "
            f"spread at most {above:+.1f} h from the rota's (asked +1), violations {ours['violations']}, "
            f"empty {ours['unfilled']} against {rota['unfilled']}, {solution.seconds:.1f} s"
        )


if __name__ == "__main__":
    main()

"""4 x 50 people and 400 cutovers: every fillable seat in 10 s, in 60 s at least 25 % better than the start.

Two starts: the rota (least loaded first), and the product's own greedy start, which is far better already.
The rota's price is its hours outside, its spread, rotation and faces; what lies beyond the allowance is left out.
"""

from benchmarks import roster_yardstick as yardstick
from onboarding.rosters import scoring
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem


def main() -> None:
    seed, steady = yardstick.arguments(503)
    document = yardstick.document(seed, 50, 400, 8)
    problem = Problem.from_json(document)
    rota = scoring.score(problem, yardstick.least_loaded_first(problem))
    weights = problem.weights
    priced = (
        weights.out_of_hours * rota.out_of_hours
        + weights.unfairness * rota.unfairness
        + weights.off_shift_hours * rota.off_shift_hours
        + weights.discontinuity * rota.discontinuity
    )
    start = solve(problem, 0.0)
    assert start.objective is not None
    print(f"rota: objective {priced:.1f}, {rota.out_of_hours:g} h outside, {rota.unfilled} empty")
    print(
        f"start: objective {start.objective:.1f}, {start.score.unfilled} empty, {start.seconds:.1f} s"
    )
    for seconds in (10.0, 60.0):
        solution = solve(problem, seconds, steady=steady)
        assert solution.objective is not None
        ours = yardstick.checked(document, solution.to_json())
        print(
            f"{seconds:g} s: objective {solution.objective:.1f}, {1 - solution.objective / start.objective:.1%} "
            f"better than the start, {1 - solution.objective / priced:.1%} better than the rota, hours outside {ours['out_of_hours'] / rota.out_of_hours:.3f} of the rota's, "
            f"{ours['unfilled']} empty, violations {ours['violations']}, {solution.seconds:.1f} s"
        )


if __name__ == "__main__":
    main()

"""One decline at 4 x 50 people and 100 cutovers: substitutes in 50 ms, a new plan in 0.5 s, nobody else moved."""

import time
from dataclasses import replace

from benchmarks import roster_yardstick as yardstick
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem
from onboarding.rosters.substitutes import substitutes


def main() -> None:
    seed = yardstick.seed_argument(505)
    document = yardstick.document(seed, 50, 100, 8)
    problem = Problem.from_json(document)
    plan = solve(problem, 10.0)
    listing, planning, busy, moved = [], [], [], 0
    for gone in plan.assignments[::35]:
        without = replace(problem, declined=frozenset({(gone.cutover, gone.person)}))
        began = time.perf_counter()
        offered = substitutes(
            without, plan, gone.cutover, gone.team, gone.role, leaving=gone.person
        )
        listing.append(time.perf_counter() - began)
        began, at_work = time.perf_counter(), time.process_time()
        after = solve(without, 5.0, keep=plan.assignments)
        planning.append(time.perf_counter() - began)
        busy.append(time.process_time() - at_work)
        moved += bool(offered) and after.score.changed > 1
    print(
        f"{len(listing)} declines: substitutes in at most {max(listing) * 1000:.0f} ms (asked 50), "
        f"a new plan in at most {max(planning):.2f} s, {max(busy):.2f} s of them at work (asked 0.5), others moved though one could step in: {moved}"
    )


if __name__ == "__main__":
    main()

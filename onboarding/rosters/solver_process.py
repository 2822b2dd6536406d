"""One team solved in a process of its own: `python -m onboarding.rosters.solver_process`.

Reads a pickled (TeamProblem, end on the monotonic clock or seconds of work, seed, whether it is the latter) from stdin, writes the pickled Found to stdout.
Started by `crew` alone: a pickle is only to be read from one's own process.
"""

import pickle
import sys
import time

from onboarding.rosters.team_search import solve_team


def main() -> None:
    """Solve the team that stdin brings."""
    share, until, seed, steady = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from our own process
    seconds = until if steady else max(0.0, until - time.monotonic())
    sys.stdout.buffer.write(pickle.dumps(solve_team(share, seconds, seed, steady)))


if __name__ == "__main__":
    main()

"""The teams of one problem, solved one after another or side by side in processes of their own."""

import logging
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from onboarding.rosters import team_search
from onboarding.rosters.team import TeamProblem
from onboarding.rosters.team_search import QUICK, Found

log = logging.getLogger(__name__)

ALONE_BELOW = 2.0
"""Seconds below which starting processes costs more than it gives."""

RESERVE = 0.02
"""Part of the time that is left for what comes after the search."""

HANDING_BACK = 0.1
"""Seconds that a process takes to hand back what it found."""

PATIENCE = 5.0
"""Seconds that a process may be late before it is given up."""

STEADY_CREW = 2
"""Cores among which the work of a steady search is thought to be shared: fixed, so that no machine gives more of it."""

STEADY_PATIENCE = 50.0
"""How many times longer than its work a process may take before it is given up."""


def solve_teams(shares: Sequence[TeamProblem], ends: float, seed: int) -> list[Found]:
    """The best roster of each team found by the monotonic time `ends`, in the order of `shares`."""
    ends -= RESERVE * max(0.0, ends - time.monotonic())
    crew = min(len(os.sched_getaffinity(0)), len(shares))
    hard = [share for share in shares if share.pairs > QUICK and not share.kept]
    if ends - time.monotonic() < ALONE_BELOW or crew < 2 or not hard:
        return _one_by_one(shares, ends, seed)
    return _side_by_side(shares, ends, seed, crew)


def solve_steadily(shares: Sequence[TeamProblem], seconds: float, seed: int) -> list[Found]:
    """The best roster of each team found in an equal part of `seconds` of work (`Pace`), on `STEADY_CREW` cores.

    The same seed gives the same rosters on any machine, however many cores it has and whatever else runs there.
    """
    part = seconds * min(1.0, STEADY_CREW / max(1, len(shares)))
    crew = min(len(os.sched_getaffinity(0)), len(shares))
    if crew < 2 or part < ALONE_BELOW:
        return [team_search.solve_team(share, part, seed, steady=True) for share in shares]
    with ThreadPoolExecutor(crew) as pool:
        return list(pool.map(lambda share: _apart(share, part, seed, steady=True), shares))


def _one_by_one(shares: Sequence[TeamProblem], ends: float, seed: int) -> list[Found]:
    """Small teams first; each has an equal part of the time that is left, so that the hard ones get what is over."""
    found: dict[int, Found] = {}
    order = sorted(range(len(shares)), key=lambda i: (shares[i].pairs, i))
    for done, i in enumerate(order):
        left = max(0.0, ends - time.monotonic())
        found[i] = team_search.solve_team(shares[i], left / (len(shares) - done), seed)
    return [found[i] for i in range(len(shares))]


def _side_by_side(shares: Sequence[TeamProblem], ends: float, seed: int, crew: int) -> list[Found]:
    """As many teams at a time as there are cores, small ones first: the time they leave goes to those that follow."""
    order = sorted(range(len(shares)), key=lambda i: (shares[i].pairs, i))

    def solve(turn: int) -> Found:
        rounds = -(-(len(order) - turn) // crew)
        now = time.monotonic()
        return _apart(shares[order[turn]], now + (ends - now) / rounds - HANDING_BACK, seed)

    with ThreadPoolExecutor(crew) as pool:
        found = dict(zip(order, pool.map(solve, range(len(order))), strict=True))
    return [found[i] for i in range(len(shares))]


def _apart(share: TeamProblem, until: float, seed: int, steady: bool = False) -> Found:
    """`share` solved by `onboarding.rosters.solver_process`; where that dies or hangs, the team keeps its start.

    It is told when to end, not how long to search: on a busy machine it may start late, and its time of
    start is then taken from its search. The monotonic clock is one for all processes of a machine. Where it is
    `steady`, `until` are seconds of work.
    Not multiprocessing: it runs the caller's main module again, whatever that does.
    """
    path = os.pathsep.join(entry for entry in sys.path if entry)
    patience = until * STEADY_PATIENCE if steady else max(0.0, until - time.monotonic())
    try:
        done = subprocess.run(
            [sys.executable, "-m", "onboarding.rosters.solver_process"],
            input=pickle.dumps((share, until, seed, steady)),
            stdout=subprocess.PIPE,
            timeout=patience + PATIENCE,
            check=True,
            env={**os.environ, "PYTHONPATH": path},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        log.warning(
            "the solver process of team %s failed (%s); it keeps its start", share.team, error
        )
        return team_search.first(share)
    found = pickle.loads(done.stdout)  # noqa: S301 - written by our own process
    assert isinstance(found, Found)
    return found

"""The search for one team's roster: a greedy start, annealing, then CP-SAT on the whole and on parts of it."""

from dataclasses import dataclass
from random import Random

from onboarding.rosters import anneal, greedy, model, neighbourhood, pricing
from onboarding.rosters.cpsat import Answer
from onboarding.rosters.model import SeatModel
from onboarding.rosters.pace import MOVES_A_SECOND, Pace
from onboarding.rosters.team import HOURS, Roster, TeamProblem

QUICK = 200
"""Up to so many (seat, person) pairs a team is proven sooner than annealed, or than a process starts."""

SMALL = 1_500
"""Up to so many (seat, person) pairs the proof is worth all the time there is."""

HUGE = 12_000
"""Beyond so many pairs the whole model is too much; parts of it are improved one after another."""

ANNEALED_SMALL, ANNEALED, ANNEALED_HUGE = 0.25, 0.4, 0.85
"""Part of the time by which annealing ends where the team is small, neither, and huge."""

PARTS_END = 0.45
"""Part of the time by which a small team's neighbourhoods end: the rest is for the bound."""

FIRST_MOVES, MOVES_A_SEAT = 100_000, 300
"""Tries of the first cooling: at least so many, and so many for each seat."""

CLOSER = 1.0
"""How far apart in load people may end, as a part of what the best of the usual rotas reaches."""

STATED = 1e-4
"""Seconds for each pair below which CP-SAT would hardly have read the model."""

STEP, STEP_SMALL = 0.05, 0.2
"""Deterministic seconds of one step of the neighbourhood search; a small team's steps free more of it."""

STEPS = 12
"""How many such steps a small team has before the proof: as many for the same seed, however long they take."""


@dataclass(slots=True)
class Found:
    """The best roster known, its price and a lower bound of any roster's price, in points."""

    roster: Roster
    price: int
    bound: float
    proven: bool = False

    def offer(self, share: TeamProblem, roster: Roster) -> None:
        """Take `roster` where it is no dearer: the incumbent is never lost."""
        price = pricing.price(share, roster)
        if price <= self.price:
            self.roster, self.price = roster, price


def solve_team(share: TeamProblem, seconds: float, seed: int, steady: bool = False) -> Found:
    """The best roster found in `seconds`; it returns early where the best is proven. Pinned places must agree.

    `steady`: the seconds are of work and not of the clock (`Pace`), and the same seed gives the same roster.
    """
    pace = Pace(seconds, steady)
    found = first(share)
    if found.price <= found.bound:
        found.proven = True
        return found
    if share.kept and _repaired(share, found, pace, seed):
        return found
    random = Random(seed)  # noqa: S311 - a search, not a secret
    stated = share.pairs * STATED
    if share.pairs > QUICK:
        _anneal(share, found, random, pace, hurried=pace.left() < 2 * stated)
    if QUICK < share.pairs <= SMALL:
        _parts(share, found, pace, random, PARTS_END, STEPS)
    if pace.left() > stated:
        if share.pairs <= HUGE:
            _whole(share, found, pace, random)
        else:
            _parts(share, found, pace, random)
    return found


def first(share: TeamProblem) -> Found:
    """The start; it sets the allowance: nobody is to end further apart in load than the best rota leaves them."""
    rotas = greedy.rotas(share)
    apart = min(pricing.spread(share, pricing.loads(share, rota, HOURS)) for rota in rotas)
    share.allowance = round(CLOSER * apart)
    starts = [greedy.start(share)] if share.kept else [greedy.start(share), *rotas]
    price, roster = min((pricing.price(share, roster), roster) for roster in starts)
    return Found(roster, price, least(share))


def least(share: TeamProblem) -> int:
    """A lower bound that needs no search: each seat its cheapest takers, as if they were free and all alike."""
    points = 0
    for seat in share.seats:
        cheapest = sorted(points for points, _, _ in seat.takers.values())[: seat.count]
        points += sum(cheapest) + seat.price * (seat.count - len(cheapest))
    return points


def _repaired(share: TeamProblem, found: Found, pace: Pace, seed: int) -> bool:
    """Fill what a re-solve left open with every kept place held; proven best where that fills all there is."""
    open_ = [
        i
        for i, seat in enumerate(share.seats)
        if len([p for p in found.roster[i] if (i, p) in share.kept]) < seat.count
    ]
    if open_:
        built = model.build(share, found.roster, open_)
        _ask(found, built, pace, seed, effort=2.0)
    given_up = any(person not in found.roster[i] for i, person in share.kept)
    empty = any(
        len(taken) < min(seat.count, len(seat.takers))
        for seat, taken in zip(share.seats, found.roster, strict=True)
    )
    if given_up or empty:
        return False
    found.bound, found.proven = found.price, True
    return True


def _anneal(share: TeamProblem, found: Found, random: Random, pace: Pace, hurried: bool) -> None:
    """One short cooling for a small team; for others cooling after cooling, each twice as long as the one before.

    `hurried`: no time will be left for more than that.
    """
    small = share.pairs <= SMALL
    part = ANNEALED_SMALL if small else ANNEALED if share.pairs <= HUGE else ANNEALED_HUGE
    part = 1.0 if hurried else part
    moves, hot = max(FIRST_MOVES, MOVES_A_SEAT * len(share.seats)), anneal.HOT
    while pace.left(part):
        _cool(share, found, random, pace, part, moves, hot)
        if small:
            return
        moves, hot = moves * 2, anneal.WARM


def _cool(
    share: TeamProblem,
    found: Found,
    random: Random,
    pace: Pace,
    part: float,
    moves: int,
    hot: float,
) -> None:
    """One cooling of `moves` tries from `hot`, or of what may be tried until `part` of the time is over."""
    if pace.steady:
        moves = min(moves, 1 + int(pace.left(part) * MOVES_A_SECOND))
    found.offer(share, anneal.improve(share, found.roster, random, moves, pace.ends(part), hot))
    pace.tried(moves)


def _whole(share: TeamProblem, found: Found, pace: Pace, random: Random) -> None:
    """CP-SAT on the whole team; it gives the bound and, where it ends in time, the proof.

    A small team is searched upwards from the bound: at 4 x 12 people that leaves a quarter of the gap.
    """
    built = model.build(share, found.roster)
    upwards = QUICK < share.pairs <= SMALL
    answer = _ask(found, built, pace, random.randrange(1 << 30), 1e9, upwards)
    found.bound = max(found.bound, answer.bound)
    found.proven = answer.proven


def _parts(
    share: TeamProblem,
    found: Found,
    pace: Pace,
    random: Random,
    part: float = 1.0,
    steps: int | None = None,
) -> None:
    """Improve one neighbourhood after another until `part` of the time is over, at most `steps` of them."""
    size, done = 400.0, 0
    while pace.left(part) and done != steps:
        done += 1
        free, among = neighbourhood.choose(share, found.roster, int(size), random)
        built = model.build(share, found.roster, free, among)
        effort = STEP if steps is None else STEP_SMALL
        answer = _ask(found, built, pace, random.randrange(1 << 30), effort)
        size = min(size * 1.1, 2000) if answer.proven else max(size * 0.9, 100)


def _ask(
    found: Found,
    built: SeatModel,
    pace: Pace,
    seed: int,
    effort: float,
    upwards: bool = False,
) -> Answer:
    answer = built.model.solve(
        {
            "num_workers": 1,
            "linearization_level": 2,
            "random_seed": seed,
            "use_objective_lb_search": upwards,
            **pace.limits(effort),
        }
    )
    pace.asked(answer.effort)
    if answer.values:
        found.offer(built.share, built.roster_of(answer))
    return answer

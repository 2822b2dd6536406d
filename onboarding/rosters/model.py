"""One team's roster as a CP-SAT model: whole, or some seats of it with all others held as they are."""

from collections.abc import Collection
from dataclasses import dataclass, field

from onboarding.rosters import pricing
from onboarding.rosters.cpsat import Answer, Model
from onboarding.rosters.team import HOURS, LOAD, Roster, TeamProblem

FAR = 1 << 40


@dataclass
class SeatModel:
    """`taken[seat, person]` is the variable that is 1 where that person sits there."""

    model: Model
    share: TeamProblem
    roster: Roster
    free: list[int]
    taken: dict[tuple[int, int], int] = field(default_factory=dict)

    def roster_of(self, answer: Answer) -> Roster:
        """The whole roster with the free seats as in `answer`."""
        found = list(self.roster)
        people: dict[int, list[int]] = {i: [] for i in self.free}
        for (i, person), variable in self.taken.items():
            if answer.values[variable]:
                people[i].append(person)
        for i, row in people.items():
            found[i] = tuple(sorted(row))
        return found


def build(
    share: TeamProblem,
    roster: Roster,
    free: Collection[int] | None = None,
    among: Collection[int] | None = None,
    faces: bool = True,
) -> SeatModel:
    """The model in which the seats `free` (default all) may change hands, among the people `among` (default all).

    Its objective is `pricing.price` of the whole roster; `roster` is its complete hint. Without `faces`
    the same-faces term is left out: a smaller model whose bound is still a lower bound.
    """
    seats = sorted(range(len(share.seats)) if free is None else free)
    built = SeatModel(Model(), share, roster, seats)
    fixed = _fixed(share, roster, set(seats))
    _seats(built, pricing.duties(share, fixed), None if among is None else set(among))
    _cliques(built)
    if any(share.loaded):
        _fairness(built, fixed)
    if faces and share.face_points:
        for customer in range(len(share.customers)):
            _faces(built, fixed, customer)
    built.model.constant(_constant(share, fixed))
    return built


def _fixed(share: TeamProblem, roster: Roster, free: set[int]) -> Roster:
    return [() if i in free else taken for i, taken in enumerate(roster)]


def _constant(share: TeamProblem, fixed: Roster) -> int:
    """Points of the seats that are held, and of all kept places (each that is taken again earns its points back)."""
    points = share.change_points * sum(p not in fixed[i] for i, p in share.kept)
    for seat, taken in zip(share.seats, fixed, strict=True):
        points += sum(seat.takers[person][0] for person in taken)
        if taken:
            points += seat.price * (seat.count - len(taken))
    return points


def _seats(built: SeatModel, held: list[set[int]], among: set[int] | None) -> None:
    share, model = built.share, built.model
    for i in built.free:
        seat = share.seats[i]
        now = built.roster[i]
        row = []
        for person, (points, _, _) in seat.takers.items():
            if among is not None and person not in among:
                continue
            if not pricing.is_free(share, held[person], person, seat.duty):
                continue
            low = 1 if (i, person) in share.pinned else 0
            variable = model.integer(low, 1, int(person in now))
            built.taken[i, person] = variable
            kept = share.change_points if (i, person) in share.kept else 0
            model.cost(variable, points - kept)
            row.append((variable, 1))
        empty = model.integer(0, seat.count, seat.count - len(now))
        model.cost(empty, seat.price)
        model.linear([*row, (empty, 1)], seat.count, seat.count)


def _cliques(built: SeatModel) -> None:
    """A person has one duty of each set of duties that clash, and one seat of each duty."""
    by_person: dict[int, dict[int, list[int]]] = {}
    for (i, person), variable in built.taken.items():
        duties = by_person.setdefault(person, {})
        duties.setdefault(built.share.seats[i].duty, []).append(variable)
    for person, duties in by_person.items():
        rows = {clique.intersection(duties) for clique in built.share.cliques[person]}
        for row in sorted((row for row in rows if row), key=sorted):
            literals = [variable for duty in sorted(row) for variable in duties[duty]]
            if len(literals) > 1:
                built.model.at_most_one(literals)


def _fairness(built: SeatModel, fixed: Roster) -> None:
    """The spread of LOAD at its price, and of HOURS beyond the allowance."""
    share, model = built.share, built.model
    if share.fair_points:
        most, least, _ = _extremes(built, fixed, LOAD)
        model.cost(most, share.fair_points)
        model.cost(least, -share.fair_points)
    if share.excess_points:
        most, least, apart = _extremes(built, fixed, HOURS)
        excess = model.integer(0, FAR, max(0, apart - share.allowance))
        model.cost(excess, share.excess_points)
        model.linear([(most, 1), (least, -1), (excess, -1)], -FAR, share.allowance)


def _extremes(built: SeatModel, fixed: Roster, measure: int) -> tuple[int, int, int]:
    """Variables of the most and the least that anybody but trainees has of `measure`, and how far apart they are now."""
    share, model = built.share, built.model
    held, now = (pricing.loads(share, r, measure) for r in (fixed, built.roster))
    counted = [p for p, loaded in enumerate(share.loaded) if loaded]
    terms: dict[int, list[tuple[int, int]]] = {}
    for (i, person), variable in built.taken.items():
        terms.setdefault(person, []).append((variable, share.seats[i].takers[person][measure]))
    idle = [held[p] for p in counted if p not in terms]
    top = max(held[p] + sum(f for _, f in terms.get(p, ())) for p in counted)
    high, low = max(now[p] for p in counted), min(now[p] for p in counted)
    most = model.integer(max(held[p] for p in counted), top, high)
    least = model.integer(0, min(idle, default=top), low)
    for person in counted:
        if person in terms:
            model.linear([*terms[person], (most, -1)], -FAR, -held[person])
            model.linear([*terms[person], (least, -1)], -held[person], FAR)
    return most, least, high - low


def _faces(built: SeatModel, fixed: Roster, customer: int) -> None:
    """`pricing.extra_faces` of one customer."""
    share, model = built.share, built.model
    seats, known = share.customers[customer], share.known[customer]
    free = [i for i in seats if any((i, p) in built.taken for p in share.seats[i].takers)]
    settled = known.union(p for i in seats for p in fixed[i])
    now = known.union(p for i in seats for p in built.roster[i])
    most = pricing.usual_faces(share, customer)
    seen: list[tuple[int, int]] = []
    by_person: dict[int, list[int]] = {}
    for i in free:
        for person in share.seats[i].takers:
            if (i, person) in built.taken and person not in settled:
                by_person.setdefault(person, []).append(built.taken[i, person])
    for person, variables in by_person.items():
        face = model.integer(0, 1, int(person in now))
        for variable in variables:
            model.linear([(face, 1), (variable, -1)], 0, FAR)
        seen.append((face, -1))
    extra = model.integer(0, len(seen) + len(settled), max(0, len(now) - most))
    model.linear([(extra, 1), *seen], len(settled) - most, FAR)
    model.cost(extra, share.face_points)

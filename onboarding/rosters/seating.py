"""One team's roster while small changes are tried on it, each weighed in a few microseconds. Pure."""

from onboarding.rosters import pricing
from onboarding.rosters.team import HOURS, LOAD, Roster, Seat, TeamProblem

NOBODY = -1

Change = tuple[int, int]
"""A place and who is to have it."""


class Seating:
    """Places by number: who has each, which duty it is of, who may take it (the cheapest first).

    Pinned places are left out. Sets of duties are whole numbers, a bit for each: `held` by each person,
    and `block`, for each person and duty what they cannot have beside it. `at`: by person and duty the place.
    `strictness`: points of a minute of HOURS beyond the allowance while changes are weighed.
    """

    def __init__(self, share: TeamProblem, roster: Roster) -> None:
        self.share = share
        self.strictness: float = share.excess_points
        self.cost = 0
        self.seat: list[int] = []
        self.who: list[int] = []
        for i, (seat, taken) in enumerate(zip(share.seats, roster, strict=True)):
            people = [person for person in taken if (i, person) not in share.pinned]
            people += [NOBODY] * (seat.count - len(taken) if seat.takers else 0)
            self.seat += [i] * len(people)
            self.who += people
        self.duty = [share.seats[i].duty for i in self.seat]
        rows = [_cheapest_first(seat) for seat in share.seats]
        self.row = [rows[i] for i in self.seat]
        self.worth = [self._worths(i) for i in range(len(share.seats))]
        self.block = _blocks(share)
        self.held = [sum(1 << d for d in taken) for taken in pricing.duties(share, roster)]
        self.at: list[dict[int, int]] = [{} for _ in share.people]
        for k, person in enumerate(self.who):
            if person != NOBODY:
                self.at[person][self.duty[k]] = k
        self._count_faces(roster)
        self._count_loads(roster)

    def _worths(self, i: int) -> dict[int, int]:
        """Points of each person (or nobody) on seat `i`; a kept place earns what giving it up would cost."""
        share = self.share
        seat = share.seats[i]
        found = {person: points for person, (points, _, _) in seat.takers.items()}
        for person in found:
            if (i, person) in share.kept:
                found[person] -= share.change_points
        found[NOBODY] = seat.price
        return found

    def _count_faces(self, roster: Roster) -> None:
        """By customer how many seats each person has there, how many people there are and how many cost nothing."""
        share = self.share
        self.customer = [-1] * len(share.seats)
        self.faces: list[dict[int, int]] = []
        self.spare: list[int] = []
        for c, seats in enumerate(share.customers if share.face_points else ()):
            counts: dict[int, int] = {}
            for i in seats:
                self.customer[i] = c
                for person in roster[i]:
                    counts[person] = counts.get(person, 0) + 1
            self.faces.append(counts)
            self.spare.append(pricing.most_seats(share, seats))

    def _count_loads(self, roster: Roster) -> None:
        """LOAD and HOURS of those who count, and where each person is among them."""
        share = self.share
        self.counted = [p for p, loaded in enumerate(share.loaded) if loaded]
        self.rank = [-1] * len(share.people)
        for n, p in enumerate(self.counted):
            self.rank[p] = n
        load, hours = pricing.loads(share, roster, LOAD), pricing.loads(share, roster, HOURS)
        self.load = [load[p] for p in self.counted]
        self.hours = [hours[p] for p in self.counted]
        self.limits: list[tuple[int, int]] = []
        self.edges: set[int] = set()
        self.apart = self._apart()
        self._note_edges()

    def _note_edges(self) -> None:
        """How much is carried at most and at least, and by whom: only moves of theirs can lower the spread."""
        if not self.load:
            return
        rows = (self.load, self.hours)
        self.limits = [(min(row), max(row)) for row in rows]
        self.edges = {
            self.counted[row.index(edge)]
            for row, limit in zip(rows, self.limits, strict=True)
            for edge in limit
        }

    def _apart(self) -> tuple[int, int]:
        """Minutes between most and least loaded, and minutes of HOURS beyond the allowance."""
        load, hours = self.load, self.hours
        if not load:
            return 0, 0
        wide = max(hours) - min(hours) - self.share.allowance
        return max(load) - min(load), max(0, wide)

    @property
    def price(self) -> int:
        """Points of the roster as it is, less what it cost in the beginning without its spread."""
        spread, wide = self.apart
        return self.cost + self.share.fair_points * spread + self.share.excess_points * wide

    def roster(self, who: list[int]) -> Roster:
        """The roster with `who` has each place, and the pinned ones."""
        found: list[list[int]] = [[] for _ in self.share.seats]
        for i, person in [*zip(self.seat, who, strict=True), *self.share.pinned]:
            if person != NOBODY:
                found[i].append(person)
        return [tuple(sorted(people)) for people in found]

    def may_move(self, person: int, given: int, taken: int) -> bool:
        """Whether `person`, rid of place `given`, may have place `taken`; nobody may be anywhere."""
        if person == NOBODY:
            return True
        if person not in self.worth[self.seat[taken]]:
            return False
        left = self.held[person] & ~(1 << self.duty[given])
        return not left & self.block[person][self.duty[taken]]

    def weigh(self, changes: list[Change], bar: float) -> bool:
        """Make the `changes`, which keep the rules, if together they cost at most `bar` points; whether it did.

        First without faces and fairness: most changes cost too much whatever these give back.
        """
        cost, edges, relief = 0, self.edges, False
        before = [self.who[k] for k, _ in changes]
        for (k, to), person in zip(changes, before, strict=True):
            worth = self.worth[self.seat[k]]
            cost += worth[to] - worth[person]
            relief = relief or to in edges or person in edges
        if not relief and cost - len(changes) * self.share.face_points > bar:
            return False
        cost += self._apply(changes)
        settled = not relief and all(to == NOBODY or self._within(to) for _, to in changes)
        settled = settled and all(person == NOBODY or self._within(person) for person in before)
        apart = self.apart if settled else self._apart()
        fairness = self.share.fair_points * (apart[0] - self.apart[0])
        if cost + fairness + self.strictness * (apart[1] - self.apart[1]) > bar:
            self._apply([(k, person) for (k, _), person in zip(changes, before, strict=True)])
            return False
        self.cost += cost
        if not settled:
            self.apart = apart
            self._note_edges()
        return True

    def _within(self, person: int) -> bool:
        """Whether `person` carries neither more than the most loaded did nor less than the least."""
        n = self.rank[person]
        if n < 0:
            return True
        (low, high), (few, many) = self.limits
        return low <= self.load[n] <= high and few <= self.hours[n] <= many

    def _apply(self, changes: list[Change]) -> int:
        """Make the `changes`; the points of faces that they cost."""
        points = 0
        for k, _ in changes:
            points += self._leave(k)
        for k, to in changes:
            points += self._enter(k, to)
        return points

    def _leave(self, k: int) -> int:
        person, i, duty = self.who[k], self.seat[k], self.duty[k]
        if person == NOBODY:
            return 0
        self.held[person] ^= 1 << duty
        del self.at[person][duty]
        _, load, hours = self.share.seats[i].takers[person]
        n = self.rank[person]
        if n >= 0:
            self.load[n] -= load
            self.hours[n] -= hours
        c = self.customer[i]
        if c < 0:
            return 0
        faces = self.faces[c]
        faces[person] -= 1
        if faces[person]:
            return 0
        del faces[person]
        return -self.share.face_points if len(faces) >= self.spare[c] else 0

    def _enter(self, k: int, to: int) -> int:
        self.who[k] = to
        if to == NOBODY:
            return 0
        i, duty = self.seat[k], self.duty[k]
        self.held[to] ^= 1 << duty
        self.at[to][duty] = k
        _, load, hours = self.share.seats[i].takers[to]
        n = self.rank[to]
        if n >= 0:
            self.load[n] += load
            self.hours[n] += hours
        c = self.customer[i]
        if c < 0:
            return 0
        faces = self.faces[c]
        if to in faces:
            faces[to] += 1
            return 0
        faces[to] = 1
        return self.share.face_points if len(faces) > self.spare[c] else 0


def _cheapest_first(seat: Seat) -> list[int]:
    return [
        person for _, person in sorted((points, p) for p, (points, _, _) in seat.takers.items())
    ]


def _blocks(share: TeamProblem) -> list[list[int]]:
    """By person and duty the duties that cannot be had beside it, itself among them; people of the same hours share them."""
    known: dict[int, list[int]] = {}
    found = []
    for clash in share.clash:
        if id(clash) not in known:
            known[id(clash)] = [
                sum(1 << other for other in others) | 1 << duty for duty, others in enumerate(clash)
            ]
        found.append(known[id(clash)])
    return found

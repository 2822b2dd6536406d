"""What one team's roster costs, in points, and whether a person is free for one more duty. Pure."""

from collections.abc import Iterable, Sequence

from onboarding.rosters.team import HOURS, LOAD, Roster, TeamProblem


def loads(share: TeamProblem, roster: Roster, measure: int = LOAD) -> list[int]:
    """Minutes of LOAD or of HOURS of each person, what they carried before included."""
    found = list(share.base)
    for seat, taken in zip(share.seats, roster, strict=True):
        for person in taken:
            found[person] += seat.takers[person][measure]
    return found


def spread(share: TeamProblem, minutes: Sequence[int]) -> int:
    """Most less least loaded, in minutes, trainees aside."""
    counted = [m for m, loaded in zip(minutes, share.loaded, strict=True) if loaded]
    return max(counted) - min(counted) if counted else 0


def extra_faces(share: TeamProblem, roster: Roster, customer: int) -> int:
    """People of one customer's seats, and those it knows, beyond `usual_faces`."""
    now = {p for i in share.customers[customer] for p in roster[i]}
    return max(0, len(now | share.known[customer]) - usual_faces(share, customer))


def usual_faces(share: TeamProblem, customer: int) -> int:
    """As many people as the customer knows, or as its largest duty has seats: the more of the two."""
    return max(len(share.known[customer]), most_seats(share, share.customers[customer]))


def most_seats(share: TeamProblem, seats: Iterable[int]) -> int:
    """Seats of the largest duty among `seats`."""
    counts: dict[int, int] = {}
    for i in seats:
        seat = share.seats[i]
        counts[seat.duty] = counts.get(seat.duty, 0) + seat.count
    return max(counts.values(), default=0)


def price(share: TeamProblem, roster: Roster) -> int:
    """The points that are minimised."""
    wide = spread(share, loads(share, roster, HOURS))
    points = share.fair_points * spread(share, loads(share, roster))
    points += share.excess_points * max(0, wide - share.allowance)
    for seat, taken in zip(share.seats, roster, strict=True):
        points += seat.price * (seat.count - len(taken))
        points += sum(seat.takers[person][0] for person in taken)
    points += share.change_points * sum(p not in roster[i] for i, p in share.kept)
    points += share.face_points * sum(
        extra_faces(share, roster, c) for c in range(len(share.customers))
    )
    return points


def duties(share: TeamProblem, roster: Roster) -> list[set[int]]:
    """The duties of each person."""
    found: list[set[int]] = [set() for _ in share.people]
    for seat, taken in zip(share.seats, roster, strict=True):
        for person in taken:
            found[person].add(seat.duty)
    return found


def is_free(share: TeamProblem, taken: set[int], person: int, duty: int) -> bool:
    """Whether `person`, who has the duties `taken`, may have `duty` as well."""
    return duty not in taken and taken.isdisjoint(share.clash[person][duty])

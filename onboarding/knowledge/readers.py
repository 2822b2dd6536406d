"""Whose reading it is. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reader:
    """The vendor's people find everything, a customer's people what is public or theirs, anybody
    else (neither) what is public."""

    staff: bool = False
    customer_id: int | None = None


ANYBODY, STAFF = Reader(), Reader(staff=True)

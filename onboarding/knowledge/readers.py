"""Whose reading it is. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reader:
    """The vendor's people find everything, a customer's people what is public or theirs, anybody
    else (neither) what is public."""

    staff: bool = False
    customer_id: int | None = None


def address(link: str, reader: Reader) -> str:
    """Where `reader` finds what staff find at `link`: customers have their tickets on pages of
    their own."""
    return link if reader.staff else link.replace("/tickets/", "/questions/", 1)


ANYBODY, STAFF = Reader(), Reader(staff=True)

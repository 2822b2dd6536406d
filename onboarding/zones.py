"""The time zones that there are; looking for them takes long, so once. Pure."""

from functools import cache
from zoneinfo import available_timezones

from onboarding.errors import BadInput


@cache
def zones() -> tuple[str, ...]:
    """IANA names, in order."""
    return tuple(sorted(available_timezones()))


def zone_from(text: str, place: str = "zone") -> str:
    """`text` as a zone. Raises BadInput."""
    if text not in zones():
        raise BadInput(f"{text!r} is no zone", place=place, hint="like Europe/Berlin, or UTC")
    return text

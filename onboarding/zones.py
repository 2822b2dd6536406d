"""The time zones that there are; looking for them takes long, so once. Pure."""

from functools import cache
from zoneinfo import available_timezones

from onboarding.errors import BadInput, marked


@cache
def zones() -> tuple[str, ...]:
    """IANA names, in order."""
    return tuple(sorted(available_timezones()))


def zone_from(text: str, place: str = "zone") -> str:
    """`text` as a zone. Raises BadInput."""
    if text not in zones():
        raise BadInput(
            marked("this is no time zone"), place=place, hint=marked("like Europe/Berlin, or UTC")
        )
    return text

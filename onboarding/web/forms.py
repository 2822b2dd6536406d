"""Read form and JSON fields with a clear error at the field."""

import math
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import request

from onboarding import names
from onboarding.clock import parse
from onboarding.errors import BadInput
from onboarding.web.language import marked

AT_MOST = marked("at most {n} characters")


def text(name: str, *, longest: int = 2000, needed: bool = True) -> str:
    """The field as trimmed text. Raises BadInput where it is missing or too long."""
    value = request.form.get(name, "").strip()
    if needed and not value:
        raise BadInput(marked("this is needed"), place=name, hint=marked("fill it in"))
    if len(value) > longest:
        raise BadInput(marked("this is too long"), place=name, hint=AT_MOST.format(n=longest))
    if "\x00" in value:
        raise BadInput(
            marked("there is a NUL character in it"), place=name, hint=marked("remove it")
        )
    return value


def one_line(name: str, *, longest: int, needed: bool = True) -> str:
    """The field as a name of one line: without what could deceive on a page or in a mail (control
    characters, direction overrides), runs of blanks as one. Raises BadInput as `text` does."""
    value = names.one_line(text(name, longest=longest, needed=needed))
    if needed and not value:
        raise BadInput(marked("this is needed"), place=name, hint=marked("fill it in"))
    return value


def choice(name: str, options: dict[str, str] | list[str] | tuple[str, ...]) -> str:
    """The field as one of `options`."""
    value = text(name, longest=100)
    if value not in options:
        raise BadInput(
            marked("this is no choice"),
            place=name,
            hint=marked("one of {what}", what=", ".join(sorted(options))),
        )
    return value


def number(name: str, *, least: float = -math.inf, most: float = math.inf) -> float:
    """The field as a finite number within bounds."""
    return number_from(text(name, longest=40), name, least=least, most=most)


def number_from(value: str, place: str, *, least: float, most: float) -> float:
    """`value` as a finite number within bounds; `place` is named where it is not."""
    try:
        found = float(value)
    except ValueError:
        raise BadInput(
            marked("{value} is not a number", value=repr(value)),
            place=place,
            hint=marked("digits, like 12.5"),
        ) from None
    if not math.isfinite(found) or not least <= found <= most:
        raise BadInput(
            marked("{value} is out of range", value=value),
            place=place,
            hint=marked("from {least} to {most}", least=format(least, "g"), most=format(most, "g")),
        )
    return found


def moment(name: str, zone: str = "UTC") -> datetime:
    """The field as a time in UTC; a time without an offset is in `zone`. An hour that comes twice
    when clocks go back is the first of the two; one that they skip is refused."""
    return moment_from(text(name, longest=40), name, zone)


def moment_from(value: str, name: str, zone: str = "UTC") -> datetime:
    """`value` as `moment` reads it; `name` is the place where it is wrong."""
    try:
        given = datetime.fromisoformat(value)
        if given.tzinfo:
            return parse(value)
        at = given.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(
            marked("{value} is not a time", value=repr(value)),
            place=name,
            hint=marked("like 2027-01-31T14:00"),
        ) from None
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != given:
        raise BadInput(
            marked(
                "{value} does not exist in {zone}: clocks go forward then", value=value, zone=zone
            ),
            place=name,
            hint=marked("choose an hour later or earlier"),
        )
    return at


def time_of_day(name: str) -> time:
    """The field as a time of the day, to the minute."""
    value = text(name, longest=8)
    try:
        return time.fromisoformat(value).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise BadInput(
            marked("{value} is no time of day", value=repr(value)),
            place=name,
            hint=marked("like 09:00"),
        ) from None


def maybe_time_of_day(name: str) -> time | None:
    """As `time_of_day`; None where the field is empty."""
    return time_of_day(name) if text(name, longest=8, needed=False) else None


def day(name: str) -> date:
    """The field as a day."""
    value = text(name, longest=10)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadInput(
            marked("{value} is no day", value=repr(value)),
            place=name,
            hint=marked("like 2027-01-31"),
        ) from None


def whole_numbers(name: str) -> list[int]:
    """Each value of the field (a list of boxes to tick) as a whole number."""
    found = [value for value in request.form.getlist(name) if value]
    if not all(value.isascii() and value.isdigit() and len(value) < 10 for value in found):
        raise BadInput(marked("this is no choice"), place=name, hint=marked("choose from the list"))
    return [int(value) for value in found]


def places(prefix: str) -> list[int]:
    """The ids of the fields `<prefix><id>` that hold a place, by it; two with the same place are
    refused at the second."""
    found: dict[int, int] = {}
    for name in request.form:
        number = name.removeprefix(prefix)
        if number == name or not (number.isascii() and number.isdigit() and len(number) < 10):
            continue
        if not text(name, longest=9, needed=False):
            continue
        at = int(number_from(text(name), name, least=1, most=9999))
        if at in found:
            raise BadInput(
                marked("two have place {at}", at=at), place=name, hint=marked("give each their own")
            )
        found[at] = int(number)
    return [found[at] for at in sorted(found)]


def local_path(address: str) -> str:
    """`address` where it is a path on this site, else the front page: no open redirects."""
    local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if local else "/"

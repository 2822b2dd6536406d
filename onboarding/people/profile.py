"""What people say of themselves: working hours, wishes, languages, skills. Pure."""

import re
from collections.abc import Iterable
from datetime import time
from functools import cache
from typing import Any

from babel import Locale

from onboarding.errors import BadInput

LONGEST_NIGHT = 14 * 60  # minutes; beyond it an end before the start is taken for a slip
MOST_WORDS, LONGEST_WORD = 40, 40
EVERY_DAY = tuple(range(1, 8))
WORD = re.compile(r"[\w+#./ -]+")


def hours(starts: time, ends: time) -> str:
    """`"22:00-06:00"`, as `User.hours` keeps it. An end before the start is a night shift.

    Raises BadInput at `ends` where the two are the same, or where such a night is too long to be
    meant.
    """
    first, last = (at.hour * 60 + at.minute for at in (starts, ends))
    if first == last:
        raise BadInput("it ends when it starts", place="ends", hint="a later time")
    if last < first and last + 1440 - first > LONGEST_NIGHT:
        length = (last + 1440 - first) / 60
        raise BadInput(
            f"this ends before it starts: a night shift of {length:g} hours",
            place="ends",
            hint=f"at most {LONGEST_NIGHT // 60} hours over midnight, or an end after the start",
        )
    return f"{starts:%H:%M}-{ends:%H:%M}"


def days(given: Iterable[int], place: str, *, least: int = 0) -> list[int]:
    """ISO weekdays in order, each once. Raises BadInput at `place`."""
    found = sorted(set(given))
    if not set(found) <= set(EVERY_DAY) or len(found) < least:
        raise BadInput("choose days of the week", place=place, hint="1 (Monday) to 7")
    return found


def wishes(not_before: time | None, not_after: time | None, not_days: list[int]) -> dict[str, Any]:
    """What somebody would rather not stand by for, as `User.wishes` keeps it; nothing for no wish.

    Raises BadInput where it leaves no hour of the day.
    """
    if not_before and not_after and not_after <= not_before:
        raise BadInput(
            "this leaves no hour of the day", place="not_after", hint="a time after the first"
        )
    if len(not_days) == len(EVERY_DAY):
        raise BadInput("this leaves no day", place="not_days", hint="leave one day at least")
    said = {
        "not_before": f"{not_before:%H:%M}" if not_before else "",
        "not_after": f"{not_after:%H:%M}" if not_after else "",
        "not_days": not_days,
    }
    return {key: value for key, value in said.items() if value}


def avoided(wished: dict[str, Any]) -> list[dict[str, Any]]:
    """`wishes` as hours and days that a roster avoids, in the person's zone."""
    found: list[dict[str, Any]] = []
    if before := wished.get("not_before"):
        found.append({"hours": ["00:00", before], "days": list(EVERY_DAY)})
    if after := wished.get("not_after"):
        found.append({"hours": [after, "24:00"], "days": list(EVERY_DAY)})
    if on := wished.get("not_days"):
        found.append({"hours": ["00:00", "24:00"], "days": list(on)})
    return [one for one in found if one["hours"] != ["00:00", "00:00"]]


def words(text: str, place: str) -> list[str]:
    """The words of a list with commas, in small letters, each once, in order of the alphabet.

    Raises BadInput at `place`.
    """
    found = sorted({" ".join(word.split()).lower() for word in text.split(",")} - {""})
    for word in found:
        if len(word) > LONGEST_WORD or not WORD.fullmatch(word):
            hint = f"letters, digits and + # . / -, at most {LONGEST_WORD}, with commas between"
            raise BadInput(f"{word[:60]!r} is no name of a skill", place=place, hint=hint)
    if len(found) > MOST_WORDS:
        raise BadInput("these are too many", place=place, hint=f"at most {MOST_WORDS}")
    return found


@cache
def _languages() -> dict[str, str]:
    """Code by English name and by code, in small letters."""
    named: dict[str, str] = dict(Locale("en").languages)
    return {name.lower(): code for code, name in named.items()} | {c.lower(): c for c in named}


def languages(text: str, place: str = "languages") -> list[str]:
    """The codes of languages given by English name or code, with commas between.

    Raises BadInput at `place`.
    """
    given = [" ".join(word.split()) for word in text.split(",") if word.strip()]
    for word in given:
        if word.lower() not in _languages():
            hint = "English names or codes, like English, pt_BR"
            raise BadInput(f"{word[:60]!r} is not a language we know", place=place, hint=hint)
    if len(given) > MOST_WORDS:
        raise BadInput("these are too many", place=place, hint=f"at most {MOST_WORDS}")
    return sorted({_languages()[word.lower()] for word in given})


def language_name(code: str) -> str:
    """The English name of a language's code."""
    return str(Locale("en").languages.get(code, code))

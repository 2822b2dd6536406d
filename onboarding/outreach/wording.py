"""What customers are written, in their language: one file for each in `phrases/`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from onboarding.outreach import figures
from onboarding.outreach.chances import Chance
from onboarding.outreach.signs import TRAFFIC

FOLDER = Path(__file__).parent / "phrases"
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
NAMED = 3  # hostnames that a message names
#: What a customer may answer, by its key in `[page]`: to trouble, and to a chance.
ANSWERS = {"trouble": ("known", "planned", "help", "fine"), "chance": ("yes", "no")}


@dataclass(frozen=True)
class About:
    """What every message is made with. `zone` is the customer's; `link` is where they answer."""

    language: str
    zone: str
    hosts: Sequence[str]
    sender: str
    vendor: str
    link: str


@cache
def phrases(language: str) -> Mapping[str, Mapping[str, str]]:
    """Section → key → text. A language that is not there is English."""
    known = language if language in LANGUAGES else "en"
    return tomllib.loads((FOLDER / f"{known}.toml").read_text(encoding="utf-8"))


def word(language: str, section: str, key: str, **fields: object) -> str:
    """A phrase with its fields."""
    return phrases(language)[section][key].format_map(fields)


def shown_hosts(hosts: Sequence[str]) -> str:
    """The hostnames as a message names them."""
    more = f" (+{len(hosts) - NAMED})" if len(hosts) > NAMED else ""
    return ", ".join(hosts[:NAMED]) + more


def moment(at: datetime | float, zone: str) -> str:
    """The time of day in `zone` with UTC beside it."""
    when = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    there = when.astimezone(ZoneInfo(zone))
    utc = f" ({when.astimezone(UTC):%H:%M} UTC)" if there.utcoffset() else ""
    return f"{there:%H:%M} {there.tzname()}{utc}"


def trouble(
    about: About, signals: Mapping[str, Mapping[str, Any]], cause: str, extra: Mapping[str, str]
) -> tuple[str, str]:
    """(subject, text) of a draft about these signals (`eye.Sign.as_dict` by name). `extra`: what a
    probe saw, by signal."""
    said = [_seen(about, name, sign, extra) for name, sign in signals.items()]
    language = about.language
    first, fields = next(iter(signals)), _fields(about, next(iter(signals.values())))
    subject = word(language, "subject", first, saw="", **fields)
    parts = [
        word(language, "letter", "hello"),
        word(language, "letter", "first"),
        "\n".join(said),
        word(language, "cause", cause),
        word(language, "letter", "ask", link=about.link),
        word(language, "letter", "go_on"),
    ]
    return subject, _signed(about, parts)


def _seen(about: About, name: str, sign: Mapping[str, Any], extra: Mapping[str, str]) -> str:
    return word(about.language, "what", name, saw=extra.get(name, ""), **_fields(about, sign))


def _fields(about: About, sign: Mapping[str, Any]) -> dict[str, str]:
    figure = figures.rate if sign["signal"] == TRAFFIC else figures.percent
    return {
        "hosts": shown_hosts(about.hosts),
        "since": moment(sign["onset"], about.zone),
        "observed": figure(sign["observed"], about.language),
        "baseline": figure(sign["baseline"], about.language),
    }


def chance(about: About, one: Chance) -> tuple[str, str]:
    """(subject, text) of a draft that proposes a tuning round."""
    key, language = one.key, about.language
    fields = {
        "hosts": shown_hosts(about.hosts),
        "observed": figures.chance(key, one.observed, language),
        "goal": figures.chance(key, one.could, language),
    }
    parts = [
        word(language, "letter", "hello"),
        word(language, "chance", key, **fields),
        word(language, "chance", "ask", link=about.link),
    ]
    return word(language, "chance", f"{key}_subject", **fields), _signed(about, parts)


def over(about: About, sent: datetime, since: datetime) -> tuple[str, str]:
    """(subject, text) of the word that what was told is over."""
    language, zone = about.language, about.zone
    subject = word(language, "subject", "over", hosts=shown_hosts(about.hosts))
    said = word(language, "letter", "over", sent=moment(sent, zone), since=moment(since, zone))
    return subject, _signed(about, [word(language, "letter", "hello"), said])


def _signed(about: About, parts: Sequence[str]) -> str:
    sign = word(about.language, "letter", "sign", sender=about.sender, vendor=about.vendor)
    return "\n\n".join([*parts, sign.strip()])

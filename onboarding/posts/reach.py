"""What a recipient looks like on each channel that posts may be sent through."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from onboarding.addresses import literal, networks, why_forbidden
from onboarding.channels.names import BY_GATEWAY, IRC_CHANNEL, names
from onboarding.config import settings
from onboarding.errors import BadInput, marked
from onboarding.people.actions import EMAIL

#: Not for posts: one is for whoever started the program, the other wakes people.
INNER = ("console", "pager")
#: What customers may choose; rooms of the vendor's own chat are for the vendor's people.
OUTSIDE = ("email", "webhook")
LONGEST = 300
AT_MOST = marked("one line, at most {n} characters")


def channels(*, outsider: bool) -> list[str]:
    """The channels to choose from; whatever channel is added is among the vendor's people's."""
    if outsider:
        return list(OUTSIDE)
    carried = [one for one in BY_GATEWAY if one in settings().bridged_to]
    return [*(one for one in names() if one not in INNER), *carried]


def recipient(channel: str, text: str, place: str = "recipient") -> str:
    """`text` as a recipient on `channel`. Raises BadInput: a letter that can never arrive, or that
    would reach a machine of ours, is not even begun."""
    given = text.strip()
    if not given or len(given) > LONGEST or not given.isprintable():
        raise BadInput(
            marked("this is no recipient"), place=place, hint=AT_MOST.replace("{n}", str(LONGEST))
        )
    check = CHECKS.get(channel)
    return check(given, place) if check else given


def _mail(text: str, place: str) -> str:
    address = text.lower()
    if not EMAIL.fullmatch(address) or len(address) > 254:
        raise BadInput(
            marked("this is not a mail address"), place=place, hint=marked("like ada@example.com")
        )
    return address


def _web(text: str, place: str) -> str:
    hint = "like https://hooks.example.com/turnup, without a password in it"
    try:
        parts = urlsplit(text)
        port_fits = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        raise BadInput("this is no web address", place=place, hint=hint) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or not port_fits:
        raise BadInput("this is no web address", place=place, hint=hint)
    if parts.username or parts.password or " " in text:
        raise BadInput("this address may not be written to", place=place, hint=hint)
    number = literal(parts.hostname)
    allowed = networks(settings().api_allow, "TURNUP_API_ALLOW")
    why = why_forbidden(number, allowed) if number is not None else ""
    if why or (parts.hostname == "localhost" and not allowed):
        raise BadInput(
            f"this address is not public ({why or 'loopback'})",
            place=place,
            hint="give one that is reached over the internet",
        )
    return text


def _irc(text: str, place: str) -> str:
    name, prefix = text.lower(), settings().irc_prefix.lower()
    if not re.fullmatch(IRC_CHANNEL, name) or len(name.encode()) > 50:
        raise BadInput("this is no channel of IRC", place=place, hint="like #operations")
    if prefix and name.startswith(prefix):
        raise BadInput(
            "this is the channel of a room",
            place=place,
            hint="what its customer may read is told there by itself",
        )
    return name


CHECKS: Mapping[str, Callable[[str, str], str]] = {"email": _mail, "irc": _irc, "webhook": _web}

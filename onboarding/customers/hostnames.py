"""Hostnames as people write them, turned into the names that DNS knows. Pure."""

import re

import idna

from onboarding.errors import BadInput

LONGEST = 253
MOST = 200
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_EXPECTED = "a name such as www.example.com"


def normalised(text: str, place: str = "hostname") -> str:
    """`text` in lower case, without a final dot, its labels in ASCII (IDNA 2008, RFC 5891).

    A first label `*` stands for all names below. Raises BadInput at `place` for what is no
    hostname: addresses, ports, paths, a single label, labels DNS does not carry.
    """
    name = text.strip().rstrip(".").lower()
    _refuse_urls(name, place)
    wildcard = name.startswith("*.")
    ascii_name = _ascii(name.removeprefix("*."), place)
    labels = ascii_name.split(".")
    if len(labels) < 2:
        raise BadInput(f"{text!r} has no domain", place=place, hint=_EXPECTED)
    for label in labels:
        if not _LABEL.fullmatch(label):
            what = f"{label[:64]!r} cannot be a part of a hostname"
            raise BadInput(what, place=place, hint="1 to 63 letters, digits and inner hyphens")
    if labels[-1].isdigit():
        raise BadInput(f"{text!r} is an address, not a name", place=place, hint=_EXPECTED)
    full = f"*.{ascii_name}" if wildcard else ascii_name
    if len(full) > LONGEST:
        raise BadInput("this name is too long", place=place, hint=f"at most {LONGEST} characters")
    return full


def several(text: str, place: str = "hostnames") -> list[str]:
    """All names in `text`, parted by spaces, commas or new lines. Raises BadInput for one that is
    no hostname, one given twice, and for more than `MOST`."""
    names: list[str] = []
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        name = normalised(word, place)
        if name in names:
            raise BadInput(f"{name} is given twice", place=place, hint="give every name once")
        names.append(name)
    if len(names) > MOST:
        raise BadInput(f"{len(names)} names at once", place=place, hint=f"at most {MOST}")
    return names


def kind(name: str) -> str:
    """`wildcard`, `apex` or `subdomain`; a name of two labels counts as an apex.

    Public suffixes of two labels (co.uk) are not known here: their apexes count as subdomains.
    """
    if name.startswith("*."):
        return "wildcard"
    return "apex" if name.count(".") == 1 else "subdomain"


def _refuse_urls(name: str, place: str) -> None:
    if "://" in name or "/" in name or "@" in name:
        raise BadInput("this is an address of a page", place=place, hint="only the hostname in it")
    if ":" in name:
        raise BadInput("a port or an IP address", place=place, hint=_EXPECTED)


def _ascii(name: str, place: str) -> str:
    if name.isascii():
        labels = [label for label in name.split(".") if label.startswith("xn--")]
    else:
        labels = [label for label in name.split(".") if label]
    try:
        for label in labels:
            idna.alabel(label)
        return name if name.isascii() else idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as wrong:
        raise BadInput(
            f"{name[:80]!r} cannot be written in DNS", place=place, hint=_EXPECTED
        ) from wrong

"""Hostnames as people write them, turned into the names that DNS knows. Pure."""

import re

import idna

from onboarding.errors import BadInput, marked

LONGEST = 253
MOST = 200
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_EXPECTED = marked("a name such as www.example.com")


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
        raise BadInput(marked("{text} has no domain", text=repr(text)), place=place, hint=_EXPECTED)
    for label in labels:
        if not _LABEL.fullmatch(label):
            what = marked("{label} cannot be a part of a hostname", label=repr(label[:64]))
            raise BadInput(
                what, place=place, hint=marked("1 to 63 letters, digits and inner hyphens")
            )
    if labels[-1].isdigit():
        raise BadInput(
            marked("{text} is an address, not a name", text=repr(text)), place=place, hint=_EXPECTED
        )
    full = f"*.{ascii_name}" if wildcard else ascii_name
    if len(full) > LONGEST:
        raise BadInput(
            marked("this name is too long"),
            place=place,
            hint=marked("at most {longest} characters", longest=LONGEST),
        )
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
            raise BadInput(
                marked("{name} is given twice", name=name),
                place=place,
                hint=marked("give every name once"),
            )
        names.append(name)
    if len(names) > MOST:
        raise BadInput(
            marked("{what} names at once", what=len(names)),
            place=place,
            hint=marked("at most {most}", most=MOST),
        )
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
        raise BadInput(
            marked("this is an address of a page"),
            place=place,
            hint=marked("only the hostname in it"),
        )
    if ":" in name:
        raise BadInput(marked("a port or an IP address"), place=place, hint=_EXPECTED)


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
            marked("{what} cannot be written in DNS", what=repr(name[:80])),
            place=place,
            hint=_EXPECTED,
        ) from wrong

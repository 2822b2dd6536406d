"""Take names and addresses out of a text before it becomes an article. Pure.

What is taken out is said in its place, so that whoever finishes the draft sees what stood there.
"""

import re
from collections.abc import Iterable

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://[^\s<>()\[\]\"']+")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w.]*\d)")
_NO_TIME = r"(?<![\w:])(?!\d{1,2}:\d\d:\d\d(?![\w:]*\w))"  # 10:30:45 has the look of groups
_IPV6 = re.compile(_NO_TIME + r"(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4}){0,6}(?:/\d{1,3})?")
_SHORT_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F:]*(?:/\d{1,3})?")
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d ()/-]{7,}\d(?![\w.])")
_SECRET = re.compile(r"\b(?:tu_|sk_|ghp_|xox[abp]-|AKIA)[\w-]{8,}|\beyJ[\w-]{10,}\.[\w.-]+")
_FIRST = ((_SECRET, "[secret]"), (_MAIL, "[mail address]"), (_URL, "[address]"))
_THEN = tuple((one, "[IP address]") for one in (_SHORT_IPV6, _IPV6, _IPV4))
#: Names too short or too usual to be taken out wherever they stand as a word.
LEAST = 3


def redacted(
    text: str, people: Iterable[str], companies: Iterable[str] = (), hosts: Iterable[str] = ()
) -> str:
    """`text` without mail and web addresses, IP addresses, telephone numbers, tokens, and the
    names given: people by their full names and by each part of them, companies, hostnames with
    what stands before them."""
    for pattern, instead in _FIRST:
        text = pattern.sub(instead, text)
    for host in sorted(set(hosts), key=len, reverse=True):
        named = rf"(?<![\w.-])(?:[\w-]+\.)*{re.escape(host)}(?![\w-])"
        text = re.sub(named, "[hostname]", text, flags=re.IGNORECASE)
    for pattern, instead in _THEN:
        text = pattern.sub(instead, text)
    text = _PHONE.sub(_phone, text)
    text = _without(text, companies, "[customer]")
    parts = {part for name in people for part in (name, *name.split())}
    return _without(text, parts, "[name]")


def _phone(found: re.Match[str]) -> str:
    """A number with enough digits, written as one writes telephone numbers; no date or range."""
    digits = sum(one.isdigit() for one in found[0])
    dialled = found[0].startswith(("+", "0"))
    return "[telephone]" if dialled and 8 <= digits <= 15 else found[0]


def _without(text: str, names: Iterable[str], instead: str) -> str:
    for name in sorted({one.strip() for one in names}, key=len, reverse=True):
        if len(name) >= LEAST:
            text = re.sub(
                rf"(?<!\w){re.escape(name)}(?:'s)?(?!\w)", instead, text, flags=re.IGNORECASE
            )
    return text

"""The part of a text that a query is about, to show beside a hit. Pure."""

import re
from collections.abc import Collection

from onboarding.knowledge.ranking import close
from onboarding.knowledge.terms import folded, stem

LENGTH = 220
_MARKUP = re.compile(r"[#*`>|]+|(?<!\w)_+|_+(?!\w)|\]\([^)]*\)|\[|^\s*[-+]\s", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")


def plain(markdown: str) -> str:
    """Markdown as text of one line."""
    return " ".join(_MARKUP.sub(" ", markdown).split())


def excerpt(text: str, asked: Collection[str]) -> list[tuple[str, bool]]:
    """About `LENGTH` characters of `text` where most of `asked` (stems) stands, as pieces; those
    that are marked were asked for."""
    line = plain(text)
    spots = [(one.start(), one.end(), stem(folded(one[0]))) for one in _WORD.finditer(line)]
    vocabulary = {word for _, _, word in spots}
    wanted = {found for word in asked for found in close(word, vocabulary)}
    hits = [(start, end, word) for start, end, word in spots if word in wanted]
    begin = _best(hits)
    if begin > 0:
        begin = line.rfind(" ", 0, max(begin - 30, 1)) + 1
    until = begin + LENGTH
    if until < len(line):
        until = line.rfind(" ", begin, until) if " " in line[begin:until] else until
    return _pieces(line, hits, begin, min(until, len(line)))


def _best(hits: list[tuple[int, int, str]]) -> int:
    """Where the window begins that holds the most different words."""
    best, most = 0, 0
    for at, (start, _, _) in enumerate(hits):
        inside = {word for begin, _, word in hits[at:] if begin < start + LENGTH - 60}
        if len(inside) > most:
            best, most = start, len(inside)
    return best


def _pieces(
    line: str, hits: list[tuple[int, int, str]], begin: int, until: int
) -> list[tuple[str, bool]]:
    pieces = [("… ", False)] if begin > 0 else []
    at = begin
    for start, end, _ in hits:
        if begin <= start and end <= until:
            pieces += [(line[at:start], False), (line[start:end], True)]
            at = end
    pieces.append((line[at:until], False))
    if until < len(line):
        pieces.append((" …", False))
    return [one for one in pieces if one[0]]

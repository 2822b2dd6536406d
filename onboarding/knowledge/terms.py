"""Words as searches compare them. Pure.

The same terms go into both databases, so that both find the same. A word's term is its stem
between two `_`; its trigrams are of that, so that `_dn` is a beginning and `ns_` an end.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MOST = 4000  # words of one passage that are searched
#: What some write as one word and others as two: the second is read as the first.
_PAIRS = """
roll+back time+out log+in sign+in web+socket name+server host+name white+list allow+list fail+over
cut+over health+check turn+up dead+line down+time on+board
"""
_TOGETHER = {tuple(pair.split("+")): pair.replace("+", "") for pair in _PAIRS.split()}
_WORD = re.compile(r"[^\W_]+")
_FAR_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Too frequent to tell one passage from another.
_FREQUENT = """
a about after all also am an and any are as at be because been before but by can could do does
doing for from get gets got had has have having he her here hi hello how i if in into is it its
just let like may me might more must my need no not of on once one only or other our out please
s she should so some such t than thank thanks that the their them then there these they this
those to too up us use using very want was way we were what when where which while who why will
with would you your
"""
STOP = frozenset(_FREQUENT.split())


def folded(text: str) -> str:
    """`text` without capitals and accents, as far as comparing goes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))


def words(text: str) -> list[str]:
    """The words of `text` in order, folded. Scripts written without spaces give pairs of signs."""
    found: list[str] = []
    for word in _WORD.findall(folded(text)):
        if _FAR_EAST.search(word) and len(word) > 2:
            found += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            found.append(word[:60])
    return _joined(found)


def _joined(found: list[str]) -> list[str]:
    joined: list[str] = []
    for word in found:
        pair = _TOGETHER.get((joined[-1], word)) if joined else None
        if pair is None:
            joined.append(word)
        else:
            joined[-1] = pair
    return joined


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What the forms of an English word share, roughly: caching, cached and caches give `cach`."""
    if len(word) < 4 or not word.isalpha():
        return word
    for ending, least, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiosl":
        word = word[:-1]  # dropped, dropping: drop
    return word[:-1] if len(word) > 3 and word[-1] == "e" else word


_ENDINGS = (
    ("ations", 3, "at"), ("ation", 3, "at"), ("ies", 2, "y"), ("ings", 3, ""), ("ing", 3, ""),
    ("edly", 3, ""), ("ied", 2, "y"), ("ed", 3, ""), ("sses", 2, "ss"), ("es", 3, "e"),
    ("ss", 1, "ss"), ("us", 1, "us"), ("is", 1, "is"), ("s", 3, ""), ("ly", 3, ""),
)  # fmt: skip


def stems(text: str) -> list[str]:
    """The stems of `text` in order, those of the most frequent words left out."""
    return [stem(one) for one in words(text) if one not in STOP][:MOST]


def asked(text: str, most: int = 40) -> list[str]:
    """The different stems of a query in order; none where it holds nothing but frequent words."""
    return list(dict.fromkeys(stems(text)))[:most]


def term(stemmed: str) -> str:
    """A stem as it is looked up."""
    return f"_{stemmed}_"


@lru_cache(maxsize=20_000)
def grams(stemmed: str) -> frozenset[str]:
    """The trigrams of a stem, its ends marked."""
    padded = term(stemmed)
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def terms(stemmed: Iterable[str]) -> str:
    """Everything that a passage with these stems is looked up by, with blanks between."""
    known = set(stemmed)
    found = {term(one) for one in known}
    for one in known:
        found |= grams(one)
    return " ".join(sorted(found))


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with their neighbour to make one word of the other;
    `most + 1` where it takes more (optimal string alignment, given up early)."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            swapped = row > 1 and column > 1 and letter == other[column - 2]
            if swapped and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)


def likeness(asked_for: str, found: str) -> float:
    """From 0 (another word) to 1 (the same): how far one stem may be the other, typed wrongly, not
    to its end, with another ending, or as the last part of a longer one (socket, websocket)."""
    if asked_for == found:
        return 1.0
    if not asked_for.isalpha() or min(len(asked_for), len(found)) < 3:
        return 0.0  # numbers are right or wrong
    if len(asked_for) > 3 and found.startswith(asked_for):
        return 0.85
    if len(asked_for) > 4 and found.endswith(asked_for):
        return 0.75
    if len(found) > 3 and asked_for.startswith(found) and len(asked_for) - len(found) < 4:
        return 0.7
    length = max(len(asked_for), len(found))
    allowed = 0 if length < 4 else 1 if length < 7 else 2
    off = distance(asked_for, found, allowed)
    return 0.0 if off > allowed else 1.0 - 1.5 * off / length

"""Which passage answers a query best: the same order on every database. Pure.

BM25 (Robertson and Zaragoza, 2009) with the title counted several times; a word that stands
nowhere as typed counts by the words it is closest to, and words of the field by their synonyms.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onboarding.knowledge.synonyms import synonyms
from onboarding.knowledge.terms import grams, likeness

SATURATION, BY_LENGTH, TITLE = 1.2, 0.6, 4.0
AS_SYNONYM = 0.6
CLOSE_ENOUGH = 0.6


@dataclass(frozen=True)
class Candidate:
    """A passage by its stems: those of its title and those of its text, repeats included."""

    id: int
    title: Sequence[str]
    body: Sequence[str]


@dataclass(frozen=True)
class Ranked:
    """How well a passage answers, and the share of the words asked for that it holds (0 to 1)."""

    id: int
    score: float
    share: float


def rank(asked: Sequence[str], candidates: Sequence[Candidate], total: int) -> list[Ranked]:
    """Candidates, the best first; those that nothing speaks for are left out. `total`
    is how many passages there are beside the candidates too."""
    weights = [_weights(one) for one in candidates]
    lengths = [sum(weight.values()) for weight in weights]
    usual = sum(lengths) / len(lengths) if lengths else 1.0
    frequency: Counter[str] = Counter(word for weight in weights for word in weight)
    scores = dict.fromkeys((one.id for one in candidates), 0.0)
    covered = dict.fromkeys(scores, 0.0)
    for word in asked:
        alike = close(word, frequency)
        rarity = _rarity(alike, frequency, total)
        for one, weight, length in zip(candidates, weights, lengths, strict=True):
            counted = sum(weight[found] * how for found, how in alike.items() if found in weight)
            if not counted:
                continue
            room = SATURATION * (1 - BY_LENGTH + BY_LENGTH * length / usual)
            scores[one.id] += rarity * counted * (SATURATION + 1) / (counted + room)
            covered[one.id] += max(how for found, how in alike.items() if found in weight)
    shares = {at: covered[at] / len(asked) for at in scores}
    found = [
        Ranked(at, score * (0.4 + 0.6 * shares[at]), shares[at])  # who types three words means all
        for at, score in scores.items()
        if score > 0
    ]
    return sorted(found, key=lambda one: (-one.score, one.id))


def _weights(one: Candidate) -> dict[str, float]:
    counted: dict[str, float] = dict(Counter(one.body))
    for word in set(one.title):
        counted[word] = counted.get(word, 0.0) + TITLE
    return counted


def _rarity(alike: Mapping[str, float], frequency: Mapping[str, int], total: int) -> float:
    within = max((frequency[one] for one, how in alike.items() if how == 1.0), default=0)
    within = within or max((frequency[one] for one in alike), default=0)
    return math.log(1 + (max(total, within) - within + 0.5) / (within + 0.5))


def close(word: str, vocabulary: Iterable[str]) -> dict[str, float]:
    """The words of `vocabulary` that may be meant by `word`, with how far (0 to 1): itself and its
    synonyms, or, where it is not there at all, those it may be a slip of."""
    known = vocabulary if isinstance(vocabulary, Mapping) else set(vocabulary)
    found = {one: AS_SYNONYM for one in synonyms(word) if one in known}
    if word in known:
        return {**found, word: 1.0}
    own, slips = grams(word), {}
    for one in known:
        if abs(len(one) - len(word)) <= 2 or word in one or one in word:
            how = likeness(word, one) if own & grams(one) else 0.0
            if how >= CLOSE_ENOUGH:
                slips[one] = how
    best = max(slips.values(), default=0.0)
    meant = {one: how for one, how in slips.items() if how >= best - 0.1}
    for one in meant:
        found |= {other: AS_SYNONYM * meant[one] for other in synonyms(one) if other in known}
    return {**found, **meant}

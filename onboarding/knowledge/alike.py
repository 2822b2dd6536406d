"""How alike questions are, in whatever words. For workers: what it stands on weighs too much for
the web.

A question is like an earlier one as far as its words, the rare ones counting more (inverse document
frequency), are those of the earlier question or of its answer: as they are, as a synonym, or as a
slip of typing. Half of it is the other way round: how far the earlier question's words are in it.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from rapidfuzz.distance import OSA

from onboarding.knowledge.synonyms import synonyms
from onboarding.knowledge.terms import stems

AS_SYNONYM, AS_SLIP, IN_ANSWER = 0.8, 0.8, 0.6
#: From `SAME` on two questions are taken to ask the same, where no other question comes near it
#: (`CLEARER` times as alike); from `LIKE` on a person is asked whether they do
#: (`benchmarks/knowledge.py` prints what each finds).
LIKE, SAME, CLEARER = 0.2, 0.28, 1.3
MOST = 400  # words of one text


def likenesses(
    asked: str, earlier: Sequence[tuple[str, str]], background: Sequence[str]
) -> list[float]:
    """How alike `asked` is to each earlier (question, answer), 0 to 1; from `background`, other
    texts, and these follows which words are rare."""
    own = list(dict.fromkeys(stems(asked)))[:MOST]
    if not own:
        return [0.0] * len(earlier)
    known = [(set(stems(said)[:MOST]), set(stems(answer)[:MOST])) for said, answer in earlier]
    texts = [set(stems(text)) for text in background]
    texts += [question | answer for question, answer in known]
    counted = Counter(word for text in texts for word in text)
    rare = {word: math.log((len(texts) + 1) / (n + 0.5)) for word, n in counted.items()}
    most = math.log((len(texts) + 1) / 0.5)

    def weight(word: str) -> float:
        return max(rare.get(word, most), 0.05)

    return [
        _likeness(own, *one, weight_of={word: weight(word) for word in {*own, *one[0]}})
        for one in known
    ]


def same(scores: Sequence[float], groups: Sequence[int]) -> int | None:
    """The place of the earlier question that is asked again, by how alike each is; those of one
    group ask the same. None where none is alike enough, or several are that ask something else."""
    best = max(range(len(scores)), key=lambda at: (scores[at], -at), default=None)
    if best is None or scores[best] < SAME:
        return None
    others = (score for score, group in zip(scores, groups, strict=True) if group != groups[best])
    return best if scores[best] >= CLEARER * max(others, default=0.0) else None


def _likeness(
    own: Sequence[str], question: set[str], answer: set[str], weight_of: Mapping[str, float]
) -> float:
    there = {
        word: max(_in(word, question), IN_ANSWER * _in(word, answer - question)) for word in own
    }
    back = {word: _in(word, own) for word in question}
    alike = (_part(there, weight_of) + _part(back, weight_of)) / 2
    by_chance = sum(how > 0 for how in there.values()) < 2  # one word: shown, never counted
    return min(alike, SAME - 0.01) if by_chance else alike


def _part(found: Mapping[str, float], weight_of: Mapping[str, float]) -> float:
    all_of = sum(weight_of[word] for word in found)
    return sum(weight_of[word] * how for word, how in found.items()) / all_of if all_of else 0.0


def _in(word: str, words: Collection[str]) -> float:
    """How far `word` is among `words`."""
    if word in words:
        return 1.0
    if not synonyms(word).isdisjoint(words):
        return AS_SYNONYM
    allowed = 0 if len(word) < 5 or not word.isalpha() else 1 if len(word) < 8 else 2
    slipped = allowed and any(
        OSA.distance(word, one, score_cutoff=allowed) <= allowed for one in words
    )
    return AS_SLIP if slipped else 0.0

"""How often a search finds the known answer among the first three. Used by tests too."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from benchmarks.knowledge_library import LIBRARY
from benchmarks.knowledge_questions import WORKING
from onboarding.knowledge import actions
from onboarding.knowledge.alike import LIKE, likenesses, same
from onboarding.knowledge.readers import ANYBODY
from onboarding.knowledge.search import search
from onboarding.trail.log import SYSTEM

Questions = Sequence[tuple[str, str]]
KEYS = "qwertyuiop asdfghjkl zxcvbnm"
LONG_ENOUGH = 5


def fill(session: Session) -> dict[int, str]:
    """Write and publish the library; article ids with the short name of each."""
    found = {}
    for name, (title, area, text) in LIBRARY.items():
        article = actions.write(session, SYSTEM, actions.Given(title, text, area=area, public=True))
        actions.publish(session, SYSTEM, article.id)
        found[article.id] = name
    return found


def answers(session: Session, question: str, names: dict[int, str], limit: int = 3) -> list[str]:
    """The short names of what is found, the best first."""
    hits = search(session, ANYBODY, question, limit=limit)
    return [names[int(hit.passage.ref.partition(":")[2])] for hit in hits]


def recall(
    session: Session, questions: Questions, names: dict[int, str], limit: int = 3
) -> tuple[float, list[str]]:
    """The part of `questions` whose answer is among the first `limit`, and those that are not."""
    missed = [
        asked for asked, known in questions if known not in answers(session, asked, names, limit)
    ]
    return 1 - len(missed) / len(questions), missed


def mistyped(questions: Questions, seed: int) -> list[tuple[str, str]]:
    """The same with a slip in every other longer word, at least one a question."""
    chance = random.Random(seed)  # noqa: S311 - the same slips at each run
    return [(" ".join(_slipped(asked.split(), chance)), known) for asked, known in questions]


def _slipped(words: Sequence[str], chance: random.Random) -> Iterable[str]:
    long = [at for at, word in enumerate(words) if len(word) >= LONG_ENOUGH and word.isalpha()]
    chosen = set(chance.sample(long, -(-len(long) // 2)))
    return [
        chance.choice(SLIPS)(word, chance) if at in chosen else word
        for at, word in enumerate(words)
    ]


def _swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _neighboured(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    place = KEYS.find(word[at])
    beside = (
        KEYS[place + 1] if place + 1 < len(KEYS) and KEYS[place + 1] != " " else KEYS[place - 1]
    )
    return word[:at] + beside + word[at + 1 :]


SLIPS: tuple[Callable[[str, random.Random], str], ...] = (
    _swapped,
    _dropped,
    _doubled,
    _neighboured,
)


@dataclass(frozen=True)
class Again:
    """Of questions asked again in other words: the part whose first ask is the likest and alike
    enough to be offered, and the part counted as the same by itself; and how many were counted as
    one that they do not ask: they themselves, or other questions, of `others`."""

    offered: float
    counted: float
    wrong: int
    others: int


def again(triples: Sequence[tuple[str, str, str]], others: Questions = WORKING) -> Again:
    """Compare each later question with every first one."""
    library = [f"{title} {text}" for title, _, text in LIBRARY.values()]
    earlier = [(first, answer) for first, answer, _ in triples]
    offered = counted = wrong = 0
    for at, (_, _, later) in enumerate(triples):
        scores = likenesses(later, earlier, library)
        if scores[at] == max(scores):
            offered += scores[at] >= LIKE
        taken = same(scores, range(len(scores)))
        counted += taken == at
        wrong += taken not in (None, at)
    for asked, _ in others:
        scores = likenesses(asked, earlier, library)
        wrong += same(scores, range(len(scores))) is not None
    return Again(offered / len(triples), counted / len(triples), wrong, len(others))

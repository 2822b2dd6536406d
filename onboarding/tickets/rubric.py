"""What a reviewer of tone looks at in an answer. Pure."""

from collections.abc import Mapping

from onboarding.errors import BadInput

#: Key, and the question that a mark from 1 (not at all) to 4 (fully) answers.
CRITERIA: dict[str, str] = {
    "plain": "Is it in plain words that this reader knows?",
    "complete": "Does it answer everything that was asked?",
    "next": "Does it say what happens next, by whom and when?",
    "human": "Does it see what the trouble means for them, without blame or excuses?",
}
LOWEST, HIGHEST = 1, 4


def checked(marks: Mapping[str, int | None]) -> dict[str, int]:
    """A mark for each criterion. Raises BadInput at the first that has none."""
    found: dict[str, int] = {}
    for key in CRITERIA:
        mark = marks.get(key)
        if mark is None or not LOWEST <= mark <= HIGHEST:
            hint = f"{LOWEST} (not at all) to {HIGHEST} (fully)"
            raise BadInput("this has no mark", place=key, hint=hint)
        found[key] = mark
    return found

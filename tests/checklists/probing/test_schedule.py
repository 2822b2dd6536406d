"""What a look changes, and when the next one is."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from onboarding.checklists.probing.schedule import MISSES_THAT_COUNT, counts, wait
from onboarding.checklists.template import STAGES

VERDICTS = st.sampled_from([True, False, None])


@given(st.lists(VERDICTS, max_size=30))
def test_a_pass_counts_at_once_and_a_failure_after_a_pass_when_repeated(
    looks: list[bool | None],
) -> None:
    standing: bool | None = None
    misses, history = 0, []
    for seen in looks:
        if seen is not None:
            misses = 0 if seen else misses + 1
        standing = counts(standing, seen, misses)
        history.append(standing)
        if seen is True:
            assert standing is True
    judged = [seen for seen in looks if seen is not None]
    if judged[-MISSES_THAT_COUNT:] == [False] * MISSES_THAT_COUNT:
        assert standing is False
    if not judged:
        assert standing is None
    for (before, after), seen in zip(pairwise(history), looks[1:], strict=True):
        assert after is before or after is seen


@given(st.booleans(), st.sampled_from(STAGES), st.booleans(), st.floats(0, 1))
def test_the_next_look_is_never_far_and_never_at_once(
    done: bool, stage: str, confirming: bool, chance: float
) -> None:
    span = wait(done=done, stage=stage, confirming=confirming, chance=chance)
    assert timedelta(seconds=45) < span < timedelta(hours=8)
    if confirming:
        assert span < timedelta(minutes=2)
    if stage in ("scheduled", "ramping") or not done:
        assert span <= timedelta(minutes=12)

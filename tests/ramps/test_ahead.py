"""What a verb says before it is confirmed."""

import pytest

from onboarding.ramps.ahead import ahead
from onboarding.ramps.course import Course, CourseStep, Standing
from onboarding.ramps.machine import VERBS

COURSE = Course(
    (CourseStep(5, 600), CourseStep(50, 7200, needs_go=True, go_by="ops"), CourseStep(100, 0))
)
FIRST, LAST = Standing(1, "holding", 1, 5.0), Standing(1, "held", 3, 100.0)


@pytest.mark.parametrize(
    ("verb", "standing", "says"),
    [
        ("start", Standing(), "The run begins. Next is step 1 of 3: to 5 %, held for 10 min."),
        ("go", FIRST, "Next is step 2 of 3: to 50 %, held for 2 h, once ops says go."),
        ("resume", LAST, "goes on from 100 %. No step follows"),
        ("hold", FIRST, "Traffic stays at 5 %."),
        ("rollback", FIRST, "goes back to the old path at once: from 5 % to 0 %."),
        ("rollback", Standing(1, "advancing", 0), "goes back to the old path at once, to 0 %."),
    ],
)
def test_it_says_to_which_share_and_what_then(verb: str, standing: Standing, says: str) -> None:
    assert says in ahead(COURSE, standing, verb)


def test_only_a_mute_is_not_asked_about() -> None:
    assert {verb for verb in VERBS if not ahead(COURSE, FIRST, verb)} <= {
        "mute",
        "unmute",
        "replan",
    }

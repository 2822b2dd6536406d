"""Every place where a process may die is one where some test lets it die."""

import re
from pathlib import Path

from tests.ramps import test_crashes as crashes

ROOT = Path(__file__).parents[2]
PLACED = re.compile(r'fault_point\(\s*"([\w.]+)"')
DIED_AT = re.compile(r'dying_at\(\s*"([\w.]+)"')


def found(pattern: re.Pattern[str], folder: str) -> set[str]:
    files = (ROOT / folder).rglob("*.py")
    return {name for path in files for name in pattern.findall(path.read_text())}


def test_every_fault_point_in_the_code_is_one_where_a_test_lets_a_process_die() -> None:
    ends = (*crashes.GOING_UP, *crashes.GOING_BACK, *crashes.BY_THE_GUARD, crashes.AT_THE_END)
    died_at = {name.partition(":")[0] for name in ends} | found(DIED_AT, "tests")
    assert found(PLACED, "onboarding") == died_at


def test_each_transaction_of_the_engine_ends_at_a_fault_point() -> None:
    """What the engine commits is followed by a place to die, before it does anything else."""
    bare = []
    for name in ("engine", "fleet", "answers"):
        text = (ROOT / "onboarding" / "ramps" / f"{name}.py").read_text()
        for function in re.split(r"\n(?=    def |def )", text):
            _, committed, after = function.rpartition("with transaction()")
            if committed and "fault_point(" not in after:
                bare.append(re.findall(r"def (\w+)", function)[0])
    assert bare == ["_take_free", "too_late"], (
        "`_take_free` goes on in `have`; `too_late` ends there"
    )

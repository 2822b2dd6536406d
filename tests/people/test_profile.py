"""What makes working hours, wishes and words of a list, and what does not."""

from datetime import time

import pytest

from onboarding.errors import BadInput
from onboarding.people import profile


@pytest.mark.parametrize(
    ("starts", "ends", "kept"),
    [
        (time(9), time(17, 30), "09:00-17:30"),
        (time(22), time(6), "22:00-06:00"),
        (time(20), time(10), "20:00-10:00"),
        (time(0), time(23, 59), "00:00-23:59"),
    ],
)
def test_a_night_shift_ends_before_it_starts(starts: time, ends: time, kept: str) -> None:
    assert profile.hours(starts, ends) == kept


@pytest.mark.parametrize(("starts", "ends"), [(time(17, 30), time(9)), (time(9), time(9))])
def test_two_times_the_wrong_way_round_are_no_night_shift(starts: time, ends: time) -> None:
    with pytest.raises(BadInput) as raised:
        profile.hours(starts, ends)
    assert raised.value.place == "ends"


def test_a_wish_leaves_an_hour_and_a_day() -> None:
    with pytest.raises(BadInput, match="no hour"):
        profile.wishes(time(18), time(8), [])
    with pytest.raises(BadInput, match="no day"):
        profile.wishes(None, None, [1, 2, 3, 4, 5, 6, 7])
    with pytest.raises(BadInput, match="days of the week"):
        profile.days([8], "days")
    with pytest.raises(BadInput, match="days of the week"):
        profile.days([], "days", least=1)
    assert profile.avoided(profile.wishes(None, None, [])) == []
    assert profile.avoided({"not_after": "20:00"}) == [
        {"hours": ["20:00", "24:00"], "days": [1, 2, 3, 4, 5, 6, 7]}
    ]


def test_words_of_a_list_are_small_letters_each_once() -> None:
    assert profile.words("  TLS,, bgp , tls ", "skills") == ["bgp", "tls"]
    for hostile in ("<script>", "a" * 41, "x\x00y", ",".join(f"w{n}" for n in range(41))):
        with pytest.raises(BadInput) as raised:
            profile.words(hostile, "skills")
        assert raised.value.place == "skills"
    assert profile.languages("english, de, Portuguese") == ["de", "en", "pt"]
    with pytest.raises(BadInput, match="Klingonish"):
        profile.languages("English, Klingonish")

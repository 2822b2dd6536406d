"""Hostnames: what people type becomes what DNS carries, or is refused with the reason."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.customers.hostnames import kind, normalised, several
from onboarding.errors import BadInput

labels = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20)


@given(st.lists(labels, min_size=1, max_size=4), st.sampled_from(["example", "test"]))
def test_ordinary_names_stay_as_they_are_in_any_case(parts: list[str], tld: str) -> None:
    name = ".".join([*parts, tld])
    assert normalised(f" {name.upper()}. ") == name


@given(st.text(max_size=80))
def test_any_text_is_a_name_that_stays_itself_or_bad_input(text: str) -> None:
    try:
        name = normalised(text)
    except BadInput as wrong:
        refused = wrong
    else:
        assert normalised(name) == name
        assert name.isascii()
        assert len(name) <= 253
        return
    assert (refused.place, bool(refused.hint)) == ("hostname", True)


NO_NAMES = """
    . a..b.example -a.example a-.example *.*.a.example a.*.example xn--a.example
    user@a.example 1.2.3.4 ::1 a.123
"""


@pytest.mark.parametrize("text", [*NO_NAMES.split(), "", "a b.example"])
def test_what_dns_does_not_carry_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        normalised(text)


def test_several_names_are_parted_by_what_people_use() -> None:
    assert several("a.example,b.example\n c.example; ") == ["a.example", "b.example", "c.example"]
    with pytest.raises(BadInput, match="201 names"):
        several(" ".join(f"n{number}.example" for number in range(201)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.example", "apex"), ("www.a.example", "subdomain"), ("*.a.example", "wildcard")],
)
def test_kinds(name: str, expected: str) -> None:
    assert kind(name) == expected

"""`needed_when`: what it can say, and that nothing else gets through."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onboarding.checklists.expressions import LONGEST, check, holds
from onboarding.checklists.facts import FACTS, complete
from onboarding.errors import BadInput

VALUES = complete({"hsts": True, "hostname_kinds": ["apex", "subdomain"], "origins": 2})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("hsts", True),
        ("not hsts", False),
        ('hsts and "apex" in hostname_kinds', True),
        ('"wildcard" in hostname_kinds or origins > 2', False),
        ("1 < origins <= 2", True),
        ('help_level in ["guided", "hands_on"]', False),
        ("not (hsts == false) and waf != true", True),
        ('hsts\n  and "apex" in hostname_kinds', True),
    ],
)
def test_what_an_expression_can_say(text, expected):
    if text:
        check(text, FACTS)
    assert holds(text, VALUES) is expected


@pytest.mark.parametrize(
    "text",
    [
        "hostnames.clear",
        "hostnames.__class__.__mro__",
        "__import__('os').system('true')",
        "hostnames[0] == 'a'",
        "[x for x in hostnames] == []",
        "(lambda: hsts)()",
        "hsts if waf else ipv6",
        "origins ** 99999999 > 1",
        "origins is 1",
        "f'{hsts}' == 'True'",
        "(hsts := true)",
        "'a' 'b' == b'ab'",
        "None == hsts",
        "hsts and",
        "hsts; waf",
        "not " * 40 + "hsts",
        "[" * 150 + "]" * 150,
        "-" * 300 + "1 < 2",
        "hsts and " * 60 + "waf",
        "hsts # waf",
        "hsts == 'ä'",
        "...",
        "*hostnames",
    ],
)
def test_nothing_else_gets_through(text):
    with pytest.raises(BadInput):
        check(text, FACTS)
    with pytest.raises(BadInput):
        holds(text, VALUES)


def test_an_unknown_fact_is_named_with_the_nearest_and_the_known_ones():
    with pytest.raises(BadInput) as caught:
        check("hsst and waf", FACTS)
    assert caught.value.message == "unknown fact 'hsst'"
    assert "did you mean hsts?" in caught.value.hint
    assert "hostname_kinds" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "origins",
        "hostname_kinds",
        "help_level < 3",
        "hsts == 'yes'",
        "'apex' in help_level",
        "1 in hostname_kinds",
        "hsts > false",
        "hsts and origins",
        "help_level in [1, 2]",
        "not hostname_kinds",
    ],
)
def test_values_that_do_not_go_together_are_found_before_they_are_used(text):
    with pytest.raises(BadInput) as caught:
        check(text, FACTS)
    assert caught.value.hint


TOKENS = """and or not in is if else ( ) [ ] == != < >= 1 2.5 "apex" 'x' true , . :"""
WORDS = st.sampled_from([*list(FACTS)[:8], "hsts", "waf", "origins", *TOKENS.split()])


@given(st.lists(WORDS, max_size=12).map(" ".join))
@example("hsts and waf")
def test_what_passes_the_check_can_be_evaluated(text):
    try:
        check(text, FACTS)
    except BadInput:
        return
    assert holds(text, VALUES) in (True, False)


YES_NO = st.sampled_from(
    [
        "hsts",
        "waf",
        "True",
        "origins > 1",
        "1 < origins < 3",
        '"apex" in hostname_kinds',
        '"wildcard" not in hostname_kinds',
        'help_level == "guided"',
        'help_level in ["self_serve"]',
    ]
)
BUILT = st.recursive(
    YES_NO,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from([" and ", " or ", " == "]), inner).map(
            lambda parts: f"({parts[0]}){parts[1]}({parts[2]})"
        ),
    ),
    max_leaves=8,
).filter(lambda text: len(text) <= LONGEST)


@given(BUILT)
def test_what_is_well_formed_means_what_it_means_in_python(text):
    try:
        check(text, FACTS)
    except BadInput as wrong:
        if "nested too deeply" in wrong.message:
            return
        raise
    assert holds(text, VALUES) is eval(text, {"__builtins__": {}}, VALUES)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(BadInput):
        check(text, FACTS)

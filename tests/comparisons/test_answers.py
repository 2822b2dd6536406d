"""What counts as a difference between two answers, and which URLs may be asked."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.comparisons.answers import LEFT_OUT, Differs, Seen, differences, same
from onboarding.comparisons.urls import read
from onboarding.errors import BadInput

OLD = Seen(200, {"content-type": "text/html", "date": "Mon"}, "a" * 64, 10, ms=50)


def seen(**changes: object) -> Seen:
    return Seen(**{**OLD.__dict__, **changes})  # type: ignore[arg-type]


def test_what_is_always_different_is_left_out() -> None:
    noise = {name: "another" for name, _why in LEFT_OUT}
    assert differences(OLD, seen(headers={"content-type": "text/html", **noise})) == []


@pytest.mark.parametrize(
    ("new", "kind", "name"),
    [
        (seen(status=301), "status", ""),
        (seen(sha256="b" * 64), "body", ""),
        (seen(cut=True), "body", ""),
        (seen(headers={"content-type": "text/plain"}), "header", "content-type"),
        (seen(headers={}), "header", "content-type"),
        (seen(ms=400), "latency", ""),
        (Seen(fault="nothing listens"), "answer", ""),
    ],
)
def test_what_differs_is_named(new: Seen, kind: str, name: str) -> None:
    (found,) = differences(OLD, new)
    assert (found.kind, found.name) == (kind, name)


def test_cookies_differ_by_name_and_never_by_value() -> None:
    one, other = seen(headers={"set-cookie": "id=1; Path=/"}), seen(headers={"set-cookie": "id=2"})
    assert differences(one, other) == []
    (found,) = differences(one, seen(headers={"set-cookie": "id=1\nlb=7"}))
    assert (found.old, found.new) == ("sets id", "sets id, lb")


def test_two_paths_without_an_answer_are_not_the_same() -> None:
    fault = Seen(fault="nothing listens")
    assert len(differences(fault, fault)) == 1


def test_a_word_given_holds_while_it_differs_in_the_same_way() -> None:
    assert same(Differs("latency", "", "1 ms", "900 ms"), Differs("latency", "", "2 ms", "800 ms"))
    assert not same(Differs("status", "", "200", "301"), Differs("status", "", "200", "500"))


def test_a_path_is_meant_for_every_hostname() -> None:
    names = ["www.acme.example", "*.img.acme.example"]
    text = "/a?b=1\n\n# a remark\nhttp://x.img.acme.example/\n/a?b=1\n"
    assert read(text, names) == ["https://www.acme.example/a?b=1", "http://x.img.acme.example/"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no URL"),
        ("/\nhttps://169.254.169.254/", "line 2: 169.254.169.254 is no hostname of this turn-up"),
        ("https://www.acme.example:22/", "line 1: the port 22 is not asked"),
        ("file:///etc/passwd", "is no URL of a page"),
        ("https://user:pw@www.acme.example/", "is no URL of a page"),
        ("\n".join(f"/{n}" for n in range(51)), "these are 51 URLs"),
    ],
)
def test_what_may_not_be_asked_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said.replace("[", r"\[")):
        read(text, ["www.acme.example"])


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadInput):
        assert read(text, ["www.acme.example"])

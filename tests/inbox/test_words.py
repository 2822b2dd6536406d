"""What an answer by mail says: its own words, and what they ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.inbox.mail import read
from onboarding.inbox.words import Answer, answer

QUOTED = "\n\nOn Mon, 1 Mar 2027 at 10:30, Turnup <turnup@vendor.example>\nwrote:\n> DONE and it is ticked\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DONE" + QUOTED, Answer("done", "")),
        (
            "done, see https://acme.example/a.\nThe rest tomorrow" + QUOTED,
            Answer(
                "done", "see https://acme.example/a.\nThe rest tomorrow", "https://acme.example/a"
            ),
        ),
        ("Approved.\n-- \nRita", Answer("done", "")),
        ("*Erledigt*: heute", Answer("done", "heute")),
        ("ok" + QUOTED, Answer("done", "")),
        ("OK, but how do I do it?", Answer("say", "OK, but how do I do it?")),
        ("ok, on Monday", Answer("say", "ok, on Monday")),
        ("Done? I do not think so.", Answer("say", "Done? I do not think so.")),
        ("not done yet", Answer("say", "not done yet")),
        ("Stuck: whom do I ask?" + QUOTED, Answer("stuck", "whom do I ask?")),
        (
            "We are on it\n\nFrom: Turnup\nSent: Monday\nTo: Rita\nDONE",
            Answer("say", "We are on it"),
        ),
        ("Hello\n________________\nDone", Answer("say", "Hello")),
        ("Am 1. März schrieb Turnup:\n> done", Answer("say", "")),
        (
            "Done: legal is fine with it\n\nOn Monday Turnup wrote:\n> ask",
            Answer("done", "legal is fine with it"),
        ),
        ("Done.\nOn 1 March 2027 somebody at Turnup wrote:\n> ask", Answer("done", "")),
        ("Two lines\nof text:\n> quoted", Answer("say", "Two lines")),
        ("", Answer("say", "")),
    ],
)
def test_the_first_word_decides_and_what_is_quoted_says_nothing(text: str, found: Answer) -> None:
    assert answer(text) == found


@given(st.text(max_size=400))
def test_any_text_is_an_answer(text: str) -> None:
    said = answer(text)
    assert said.verb in ("done", "stuck", "say")
    assert len(said.words) <= 2000


HEADERS = st.sampled_from(
    [b"From", b"To", b"Subject", b"Content-Type", b"Delivered-To", b"Precedence"]
)
LINES = st.lists(st.tuples(HEADERS, st.binary(max_size=60)), max_size=8)


@given(LINES, st.binary(max_size=200))
def test_any_bytes_are_a_mail(lines: list[tuple[bytes, bytes]], body: bytes) -> None:
    raw = b"".join(name + b": " + value + b"\n" for name, value in lines) + b"\n" + body
    mail = read(raw)
    assert "@" in mail.sender or any("sender" in one for one in mail.flaws)
    assert mail.subject.isprintable()
    assert "\x00" not in mail.words


def test_a_mail_of_boxes_in_boxes_ends() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(400)
    )
    assert read(b"From: a@b.example\n" + deep).sender == "a@b.example"


def test_a_page_is_read_as_text() -> None:
    raw = (
        b"From: Rita <RITA@acme.example>\nContent-Type: text/html\n\n<style>p {}</style>"
        b"<p>Done &amp; dusted</p><blockquote>quoted</blockquote>"
    )
    mail = read(raw)
    assert mail.sender == "rita@acme.example"
    assert answer(mail.words) == Answer("done", "& dusted")

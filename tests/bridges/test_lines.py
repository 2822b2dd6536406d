"""What is said, as it goes over: harmless on IRC, late where it is late, together where it is much."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.bridges.irc_channel import Proofs, folded
from onboarding.bridges.lines import Said, batches, channel_name, irc_lines, late, shown
from onboarding.bridges.signing import check_own, check_slack
from onboarding.errors import NotAllowed

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@given(st.text(max_size=3000), st.integers(40, 400))
def test_no_text_is_anything_but_lines_on_irc(text: str, longest: int) -> None:
    found = irc_lines(text, longest)
    for line in found:
        assert len(line.encode()) <= longest
        assert not set(line) & set("\r\n\x00\x01\x02\x03\x1b\u202e\u2028")
    assert all(line.startswith("| ") for line in found[1:])
    words = "".join(line.removeprefix("| ") for line in found)
    seen = "".join(sign for sign in text if sign.isascii() and sign.isalnum())
    assert "".join(sign for sign in words if sign.isascii() and sign.isalnum()) == seen


def test_a_line_says_who_from_where_and_when_it_is_late() -> None:
    said = Said(1, "Omar\r\nQUIT", "ops", "All quiet", NOON)
    assert shown(said, NOON + timedelta(seconds=59)) == "Omar QUIT (ops): All quiet"
    assert shown(said, NOON + timedelta(minutes=3)) == (
        "Omar QUIT (ops) [late: said 12:00 UTC, 3 min ago]: All quiet"
    )
    assert late(NOON, NOON + timedelta(days=1)) == " [late: said 30 Nov 12:00 UTC, 24 h ago]"
    assert late(None, NOON) == ""


def test_what_waits_goes_together_and_the_flips_posts_apart() -> None:
    waiting = [Said(n, "Omar", "ops", "x" * 100, NOON, step=n == 3) for n in range(1, 31)]
    found = [[one.number for one in batch] for batch in batches(waiting)]
    assert found[:2] == [[1, 2], [3]]
    assert [n for batch in found for n in batch] == list(range(1, 31))
    assert max(map(len, found)) <= 20
    assert [len(batch) for batch in batches([Said(1, "O", "", "x" * 4000, NOON)] * 2)] == [1, 1]


@pytest.mark.parametrize(
    ("title", "key", "name"),
    [
        ("Acme moves", "cutover:12", "c12-acme-moves"),
        ("Ümläut \r\nJOIN #x,0", "customer:3", "k3-ml-ut-join-x-0"),
        ("", "community", "community"),
        ("x" * 99, "cutover:1", "c1-" + "x" * 47),
    ],
)
def test_channels_have_names_that_every_chat_takes(title: str, key: str, name: str) -> None:
    assert channel_name(title, key) == name


def test_a_proof_goes_with_the_nick_that_leaves() -> None:
    proofs = Proofs()
    proofs.prove("Om[ar!o@host", 4)
    assert proofs.of("om{AR!o@host") == 4  # as IRC compares
    assert proofs.of("om[ar!o@elsewhere") is None
    assert proofs.nicks(4) == [folded("Om[ar")]
    proofs.forget("OM[AR")
    assert proofs.of("Om[ar!o@host") is None


def test_a_signature_is_of_this_body_this_key_and_this_time() -> None:
    # the example of Slack's documentation
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&"
        b"channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&"
        b"command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2F"
        b"commands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
        b"trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    right = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    key, at = "8f742231b10e8888abcd99yyyzzz85a5", "1531420618"
    check_slack(key, at, right, body, 1531420618 + 299)
    for wrong in (
        (key, at, right, body + b"x", 1531420618),
        (key, at, right, body, 1531420618 + 301),
        (key, at, right, body, 1531420618 - 301),
        (key, "1531420619", right, body, 1531420618),
        (key, "-1", right, body, 1531420618),
        (key, "", "", body, 1531420618),
        ("", at, right, body, 1531420618),
        (key, at, "v0=é", body, 1531420618),
    ):
        with pytest.raises(NotAllowed):
            check_slack(*wrong)
        with pytest.raises(NotAllowed):
            check_own(*wrong)

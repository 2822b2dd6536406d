"""Each channel's own lanes: a channel that hangs holds up no other, a far side no other of its channel."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask

from onboarding.channels import registry
from onboarding.channels.base import Letter
from onboarding.db import db, transaction
from onboarding.errors import PassingFault, PermanentFault
from onboarding.outbox import actions, jobs, lanes
from onboarding.outbox.models import Message, Try
from tests.services.programs import wait_until


class Sink:
    """Keeps what it is given; `gate` makes it hang, `broken` recipients fail."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.broken: dict[str, Exception] = {}
        self.at_once = self.most = self.opened = self.closed = 0
        self.lock = threading.Lock()

    def send(self, letter: Letter) -> str:
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        try:
            self.gate.wait(20)
            if letter.recipient in self.broken:
                raise self.broken[letter.recipient]
            self.got.append(letter.key)
            return "taken"
        finally:
            with self.lock:
                self.at_once -= 1

    def keep(self) -> None:
        self.opened += 1

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def sinks(monkeypatch: pytest.MonkeyPatch) -> dict[str, Sink]:
    made = {"good": Sink(), "bad": Sink()}
    for name, sink in made.items():
        monkeypatch.setitem(registry.CHANNELS, name, lambda _settings, sink=sink: sink)
    return made


@pytest.fixture
def running(app: Flask) -> Iterator[lanes.Lanes]:
    db.session().rollback()
    at_work = lanes.start(app, jobs.one_batch)
    yield at_work
    wait_until(lambda: not at_work.busy(), "the lanes rest", seconds=30)
    lanes.stop()


def put(channel: str, *letters: tuple[str, str], urgent: bool = True) -> None:
    with transaction() as session:
        for key, to in letters:
            actions.post(session, channel, Letter(key, to, "s", "t"), urgent=urgent)


def states() -> Counter[str]:
    db.session().rollback()
    return Counter(db.session.scalars(db.select(Message.state)))


def test_a_channel_that_hangs_holds_up_no_other_and_no_more_letters_than_it_may(
    sinks: dict[str, Sink], running: lanes.Lanes
) -> None:
    good, bad = sinks["good"], sinks["bad"]
    bad.gate.clear()
    put("bad", *((f"b{n}", f"r{n}") for n in range(60)))
    jobs.drain("bad", True)
    wait_until(lambda: bad.at_once == lanes.USUAL, "it hangs", seconds=20)
    began = time.monotonic()
    put("good", *((f"g{n}", f"r{n}") for n in range(5)))
    jobs.drain("good", True)
    wait_until(lambda: len(good.got) == 5, "the other goes out", seconds=20)
    assert time.monotonic() - began < 10  # 1 s on a machine of its own: benchmarks/delivery.py
    assert bad.most == lanes.USUAL
    bad.gate.set()
    wait_until(lambda: states() == {"sent": 65}, "all of it goes out", seconds=60)
    assert sorted(bad.got) == sorted(f"b{n}" for n in range(60))  # each once
    ended = lambda: (good.opened, bad.opened) == (good.closed, bad.closed)  # noqa: E731
    wait_until(ended, "what was opened is closed", seconds=20)


def test_what_can_wait_keeps_nothing_urgent_waiting(
    sinks: dict[str, Sink], running: lanes.Lanes
) -> None:
    sink = sinks["bad"]
    sink.gate.clear()
    put("bad", *((f"later{n}", f"l{n}") for n in range(5)), urgent=False)
    jobs.drain("bad", False)
    wait_until(lambda: sink.at_once == 1, "a digest hangs", seconds=20)
    put("bad", ("now", "somebody"))
    jobs.drain("bad", True)
    wait_until(lambda: sink.at_once == 2, "the urgent one is on its way too", seconds=20)
    sink.gate.set()


def test_a_far_side_that_fails_is_left_alone_while_others_go_on_and_the_order_stays(
    app: Flask, sinks: dict[str, Sink]
) -> None:
    sink = sinks["good"]
    sink.broken["down"] = PassingFault("no answer")
    sink.broken["gone"] = PermanentFault("no such room")
    sink.broken["odd"] = ZeroDivisionError("a bug")
    whom = ["down", "ada", "down", "gone", "odd", "ada", "down"]
    put("good", *((f"k{n}", to) for n, to in enumerate(whom)))
    jobs.drain("good", True)
    assert sink.got == ["k1", "k5"]
    db.session().rollback()
    found = {m.key: (m.state, m.tries) for m in db.session.scalars(db.select(Message))}
    assert found["k0"] == ("queued", 1)
    assert found["k2"] == found["k6"] == ("queued", 0)  # not tried: it had just failed
    assert found["k3"] == ("failed", 1)
    assert found["k4"] == ("queued", 1)
    said = [(one.well, one.said) for one in db.session.scalars(db.select(Try).order_by(Try.id))]
    assert Counter(well for well, _ in said) == {True: 2, False: 3}
    assert any("ZeroDivisionError" in text for _well, text in said)


def test_no_two_workers_write_to_one_recipient_at_once(app: Flask, sinks: dict[str, Sink]) -> None:
    put("good", ("k1", "ada"), ("k2", "bob"))
    with transaction() as session:
        assert len(actions.claim_batch(session, "good", True, 1)) == 1
    put("good", ("k3", "ada"))
    with transaction() as session:
        taken = actions.claim_batch(session, "good", True, 10)
        assert [one.recipient for one in taken] == ["bob"]
    with transaction() as session:
        assert actions.claim_batch(session, "good", True, 10) == ()

"""The outbox: every letter once, retried with back-off, given up loudly, found again after a crash."""

from datetime import timedelta

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import select, update

from onboarding import clock
from onboarding.channels import registry
from onboarding.channels.base import Letter
from onboarding.config import Settings
from onboarding.db import db, transaction
from onboarding.errors import PassingFault, PermanentFault
from onboarding.outbox import actions, jobs
from onboarding.outbox.models import Message
from onboarding.queues import out_queue, redis_client
from onboarding.trail.log import read
from tests.dying import dying_at


class Sink:
    """A channel that keeps what it is given, and fails as told."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.faults: list[Exception] = []

    def send(self, letter: Letter) -> str:
        self.keys.append(letter.key)
        if self.faults:
            raise self.faults.pop(0)
        return "taken"


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Sink:
    sink = Sink()

    def make(_settings: Settings) -> Sink:
        return sink

    monkeypatch.setitem(registry.CHANNELS, "sink", make)
    return sink


def post(key: str = "k") -> int:
    with transaction() as session:
        return actions.post(session, "sink", Letter(key, "ada@example.com", "Hello", "text")).id


def state(number: int) -> tuple[str, int]:
    db.session().rollback()
    message = db.session().get_one(Message, number)
    return message.state, message.tries


def make_due(number: int) -> None:
    with transaction() as session:
        past = clock.now() - timedelta(seconds=1)
        session.execute(update(Message).where(Message.id == number).values(due_at=past))


def test_a_letter_is_delivered_once_however_often_it_is_asked_for(app: Flask, sink: Sink) -> None:
    number = post()
    assert post() == number
    for _ in range(3):
        jobs.deliver(number)
    assert sink.keys == ["k"]
    assert state(number) == ("sent", 1)


def test_a_passing_fault_is_retried_with_the_same_key_after_a_while(app: Flask, sink: Sink) -> None:
    number = post()
    sink.faults = [PassingFault("busy"), PassingFault("busy")]
    jobs.deliver(number)
    jobs.deliver(number)  # too early: nothing happens
    assert state(number) == ("queued", 1)
    for _ in range(2):
        make_due(number)
        jobs.deliver(number)
    assert sink.keys == ["k", "k", "k"]
    assert state(number) == ("sent", 3)


def test_the_far_side_says_how_long_to_wait(app: Flask, sink: Sink) -> None:
    number = post()
    sink.faults = [PassingFault("slow down", wait_s=120)]
    jobs.deliver(number)
    db.session().rollback()
    left = db.session().get_one(Message, number).due_at - clock.now()
    assert timedelta(seconds=110) < left <= timedelta(seconds=120)


def test_what_no_worker_takes_is_overdue(app: Flask, sink: Sink) -> None:
    assert actions.silence_s(db.session()) == 0
    number = post()
    with transaction() as session:
        session.get_one(Message, number).due_at = clock.now() - timedelta(seconds=90)
    assert 90 <= actions.silence_s(db.session()) < 100
    jobs.deliver(number)
    db.session().rollback()
    assert actions.silence_s(db.session()) == 0


def test_a_permanent_fault_is_given_up_at_once_and_told_to_the_trail(
    app: Flask, sink: Sink
) -> None:
    number = post()
    sink.faults = [PermanentFault("no such address")]
    jobs.deliver(number)
    assert state(number) == ("failed", 1)
    assert [e.kind for e in read(db.session(), "system")] == ["outbox.given_up"]


def test_it_is_given_up_in_the_end(app: Flask, sink: Sink) -> None:
    number = post()
    sink.faults = [PassingFault("busy") for _ in range(20)]
    while state(number)[0] != "failed":
        make_due(number)
        jobs.deliver(number)
    assert len(sink.keys) == len(actions.BACK_OFF_S) + 1


def test_what_a_dead_worker_held_is_taken_over_when_its_claim_runs_out(
    app: Flask, sink: Sink
) -> None:
    number = post()
    with dying_at("outbox.claimed"):
        jobs.deliver(number)
    jobs.deliver(number)
    assert sink.keys == []
    make_due(number)
    with dying_at("outbox.sent"):
        jobs.deliver(number)
    assert (sink.keys, state(number)) == (["k"], ("sending", 2))
    make_due(number)
    jobs.deliver(number)
    assert sink.keys == ["k", "k"], "a far side knows the letter by its key"
    assert state(number) == ("sent", 3)


def test_a_late_worker_cannot_overwrite_what_its_successor_noted(app: Flask, sink: Sink) -> None:
    number = post()
    with transaction() as session:
        first = actions.claim(session, number)
        assert first is not None
        token = first.claim
    make_due(number)
    jobs.deliver(number)
    with transaction() as session:
        assert actions.held(session, {number: token}) == {}
    assert state(number)[0] == "sent"


def test_what_redis_lost_is_enqueued_again_by_the_sweep(app: Flask, sink: Sink) -> None:
    numbers = {post(f"k{n}") for n in range(3)}
    redis_client().flushall()
    jobs.sweep()
    (waiting,) = Queue(out_queue("sink", urgent=False), connection=redis_client()).get_jobs()
    waiting.perform()
    assert {state(number) for number in numbers} == {("sent", 1)}


def test_a_change_that_is_rolled_back_sends_nothing(app: Flask, sink: Sink) -> None:
    def post_and_fail() -> None:
        with transaction() as session:
            actions.post(session, "sink", Letter("k", "a@example.com", "s", "t"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        post_and_fail()
    assert db.session.scalars(select(Message)).all() == []
    assert Queue(out_queue("sink", urgent=False), connection=redis_client()).count == 0

"""The trail: gapless numbers, every edit found, personal data erasable, followers miss nothing."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.trail.following import follow, streams_behind
from onboarding.trail.log import SYSTEM, read, record
from onboarding.trail.models import Entry, Stream
from onboarding.trail.verifying import heads, verify

KEY = "trail"


def write(stream: str, count: int, **personal: Any) -> None:
    for number in range(count):
        with transaction() as session:
            record(session, stream, "test.wrote", SYSTEM, {"n": number}, personal or None)


def findings() -> list[str]:
    return [f"{f.stream} {f.number} {f.what}" for f in verify(db.session(), settings().key(KEY))]


def test_numbers_are_gapless_when_eight_write_at_once(app: Flask) -> None:
    def writer() -> None:
        with app.app_context():
            write("cutover:1", 5)

    threads = [threading.Thread(target=writer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [e.number for e in read(db.session(), "cutover:1")] == list(range(1, 41))
    assert findings() == []


def test_a_rolled_back_change_leaves_no_number_behind(app: Flask) -> None:
    write("customer:1", 1)

    def write_and_fail() -> None:
        with transaction() as session:
            record(session, "customer:1", "test.wrote", SYSTEM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    write("customer:1", 1)
    assert [e.number for e in read(db.session(), "customer:1")] == [1, 2]


@pytest.mark.parametrize(
    ("column", "value"),
    [("payload", {"n": 99}), ("actor", "user:1"), ("kind", "x"), ("personal", {"name": "Eve"})],
)
def test_an_edit_is_found(app: Flask, column: str, value: object) -> None:
    write("cutover:1", 3, name="Ada")
    with transaction() as session:
        session.execute(update(Entry).where(Entry.number == 2).values({column: value}))
    assert [line.split()[:2] for line in findings()] == [["cutover:1", "2"]]


def test_a_removed_entry_and_a_cut_tail_are_found(app: Flask) -> None:
    write("cutover:1", 4)
    write("cutover:2", 4)
    with transaction() as session:
        for stream, number in (("cutover:1", 2), ("cutover:2", 4)):
            session.delete(next(e for e in read(session, stream) if e.number == number))
    assert findings()[0].startswith("cutover:1 2 missing")
    assert "cutover:2 4 the tail is missing or was replaced" in findings()


def test_a_tail_cut_together_with_its_head_is_found_by_a_kept_head(app: Flask) -> None:
    write("cutover:1", 2)
    before = heads(db.session())
    old = db.session().query(Stream).one()
    number, mac, signature = old.number, old.mac, old.signature
    write("cutover:1", 1)
    kept = heads(db.session())
    with transaction() as session:
        session.delete(read(session, "cutover:1", 2)[0])
        session.execute(update(Stream).values(number=number, mac=mac, signature=signature))
    key = settings().key(KEY)
    assert verify(db.session(), key) == []
    assert verify(db.session(), key, before) == []
    assert verify(db.session(), key, kept)[0].number == 3


def test_personal_data_can_be_erased_and_the_trail_still_holds(app: Flask) -> None:
    write("customer:1", 2, name="Ada")
    with transaction() as session:
        session.execute(update(Entry).values(personal=None, salt=None))
    assert findings() == []


def test_a_follower_reads_each_entry_once_and_survives_a_failure(app: Flask) -> None:
    write("cutover:1", 3)
    seen: list[int] = []

    def react(session: Session, stream: str, entry: Entry) -> None:
        if entry.number == 3 and len(seen) == 2:
            seen.append(0)
            raise ZeroDivisionError
        seen.append(entry.number)

    with pytest.raises(ZeroDivisionError), transaction() as session:
        follow(session, "reader", "cutover:1", react)
    assert streams_behind(db.session(), "reader") == ["cutover:1"]
    with transaction() as session:
        follow(session, "reader", "cutover:1", react)
    assert seen == [1, 2, 0, 1, 2, 3]
    assert streams_behind(db.session(), "reader") == []

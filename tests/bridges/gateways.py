"""Gateways in threads of a test, and what it waits for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask

from onboarding.bridges import accounts
from onboarding.bridges.models import Bridge
from onboarding.db import db, transaction
from onboarding.gateway import Gateway
from onboarding.people.models import User
from onboarding.posts import jobs as posting
from onboarding.rooms.models import Room
from onboarding.trail.following import streams_behind
from onboarding.trail.log import Actor
from tests.rooms.talking import lines
from tests.services.programs import wait_until

Start = Callable[[], Gateway]


@contextmanager
def running(app: Flask) -> Iterator[Gateway]:
    """A gateway of its own until the block ends."""
    gateway = Gateway(app)
    thread = threading.Thread(target=gateway.run, name="gateway")
    thread.start()
    try:
        yield gateway
    finally:
        gateway.stop()
        thread.join(30)
        assert not thread.is_alive(), "the gateway stops"


def bridge(kind: str = "irc") -> Bridge:
    """The one bridge of this kind, as it is committed now."""
    db.session().rollback()
    return db.session().query(Bridge).filter_by(kind=kind).one()


def opened(kind: str = "irc") -> Bridge:
    """The one bridge of this kind, once its channel is made."""

    def is_open() -> bool:
        db.session().rollback()
        found = db.session().query(Bridge).filter_by(kind=kind).one_or_none()
        return found is not None and found.state == "open"

    wait_until(is_open, "the channel is made")
    return bridge(kind)


def code_of(user_id: int) -> str:
    """A code from this person's page."""
    with transaction() as session:
        user = session.get_one(User, user_id)
        return accounts.make_code(session, Actor(f"user:{user_id}", "web"), user)


def said_in(room: Room, text: str, seconds: float = 20) -> tuple[str, str, str]:
    """The line of the room that holds `text`, once it is there."""

    def found() -> list[tuple[str, str, str]]:
        return [line for line in lines(room) if text in line[2]]

    wait_until(found, f"the room has {text!r}", seconds)
    return found()[0]


def all_told() -> None:
    """All posts are made, and what they themselves left in the trail is read."""
    while streams_behind(db.session(), posting.FOLLOWER):
        posting.follow()

"""A flip that a conductor drives, for those who steer it from a chat."""

from flask import Flask

from onboarding.db import db
from onboarding.ramps import queries
from onboarding.ramps.course import Standing
from onboarding.ramps.models import Command
from onboarding.rooms.models import Room
from tests.doors import submit
from tests.services.programs import wait_until
from tests.stories import browser


def standing(room: Room) -> Standing:
    """Where the flip of the room is, as it is committed now."""
    db.session().rollback()
    return queries.standing(db.session(), room.cutover_id or 0)


def begun(app: Flask, room: Room) -> None:
    """The flip of the room runs: a conductor has moved its first step."""
    path = f"/cutovers/{room.cutover_id}/ramp/start"
    assert submit(browser(app, "omar"), path, {}).status_code == 303
    # a run that has begun holds before its first step too
    wait_until(
        lambda: (standing(room).state, standing(room).step) == ("holding", 1),
        "the first step is taken",
    )


def asked(verb: str) -> list[tuple[str, str, str]]:
    """(who, why, what came of it) of each such command that reached the flip."""
    db.session().rollback()
    found = db.session().query(Command).filter_by(verb=verb).order_by(Command.id)
    return [(one.actor, one.reason, one.state) for one in found]

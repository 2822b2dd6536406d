"""Stages: one after the other forwards, anywhere back, and each stay is kept."""

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.customers import actions, queries
from onboarding.customers.models import StageEntry
from onboarding.customers.stages import STAGES, after, move
from onboarding.db import db, transaction
from onboarding.errors import Refused
from onboarding.trail.log import SYSTEM, read
from tests.customers.signing import signed_up


def test_every_stage_but_the_last_has_one_that_follows() -> None:
    assert [after(stage) for stage in STAGES] == [*STAGES[1:], None]


@pytest.mark.parametrize("left", STAGES)
@pytest.mark.parametrize("entered", STAGES)
def test_a_stage_is_left_for_the_next_or_an_earlier_one_only(left: str, entered: str) -> None:
    distance = STAGES.index(entered) - STAGES.index(left)
    if distance == 1 or distance < 0:
        assert move(left, entered).back == (distance < 0)
    else:
        with pytest.raises(Refused):
            move(left, entered)


def test_a_stage_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refused, match="no stage"):
        move("live", "retired")


def test_moving_on_is_kept_and_told(app: Flask) -> None:
    cora = signed_up(app)
    for to in ("config", "forecast", "config"):
        with transaction() as session:
            actions.move_stage(session, SYSTEM, queries.turnup(session, cora.turnup), to)
    stays = db.session.scalars(select(StageEntry).order_by(StageEntry.id)).all()
    assert [stay.stage for stay in stays] == ["signup", "config", "forecast", "config"]
    assert [stay.left_at is None for stay in stays] == [False, False, False, True]
    told = [e for e in read(db.session(), f"customer:{cora.customer}") if e.kind == "turnup.stage"]
    assert (told[-1].payload["from"], told[-1].payload["to"]) == ("forecast", "config")

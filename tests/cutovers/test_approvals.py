"""Approvals to flip in spite of a freeze or ship: they end with what they were given for."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.cutovers.freezes import FreezeSaid, add_freeze, remove_freeze
from onboarding.cutovers.models import WindowException
from onboarding.cutovers.ships import ShipSaid, add_ship, withdraw_ship
from onboarding.db import db, transaction
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser, customer, kinds


def test_an_approval_ends_with_the_freeze_or_ship_and_where_it_moves(
    app: Flask, cast: Cast
) -> None:
    acme, adam = customer("Acme", manager=cast["ann"]), browser(app, "adam")

    def approvals() -> int:
        db.session().rollback()
        return len(db.session.scalars(select(WindowException.id)).all())

    def let_through(obstacle: str) -> int:
        said = {"obstacle": obstacle, "turnup": str(acme.turnup), "reason": "agreed"}
        assert submit(adam, "/exceptions", said).status_code == 303
        return approvals()

    def freeze(said: FreezeSaid) -> int:
        with transaction() as session:
            return add_freeze(session, SYSTEM, said)[0].id

    def ship(said: ShipSaid) -> int:
        with transaction() as session:
            return add_ship(session, SYSTEM, said)[0].id

    start = clock.now() + timedelta(days=1)
    sale = FreezeSaid("Sale", start, start + timedelta(days=1), uid="sale")
    number = freeze(sale)
    assert let_through(f"freeze:{number}") == 1
    assert freeze(replace(sale, reason="the same time, more words")) == number
    assert approvals() == 1
    freeze(replace(sale, ends_at=start + timedelta(days=9)))
    assert approvals() == 0
    assert let_through(f"freeze:{number}") == 1
    with transaction() as session:
        remove_freeze(session, SYSTEM, number)
    assert approvals() == 0
    tls = ShipSaid("TLS", "Edge", "high", start, start + timedelta(hours=2), uid="tls")
    number = ship(tls)
    assert let_through(f"ship:{number}") == 1
    ship(replace(tls, ends_at=start + timedelta(hours=5)))
    assert approvals() == 0
    assert let_through(f"ship:{number}") == 1
    with transaction() as session:
        withdraw_ship(session, SYSTEM, number)
    assert approvals() == 0
    assert kinds(acme.stream).count("window.let_through_void") == 4

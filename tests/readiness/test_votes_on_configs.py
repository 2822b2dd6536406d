"""Votes at go / no-go are given on a version of the configuration."""

from flask import Flask

from onboarding.db import db
from onboarding.readiness import evidence
from tests.cast import Cast
from tests.doors import submit
from tests.stories import book, browser, customer, cutover_of


def test_a_new_version_of_the_configuration_asks_for_new_votes(app: Flask, cast: Cast) -> None:
    acme = customer("Acme", manager=cast["ann"])
    number = book(cast, acme)

    def vote() -> str:
        answer = submit(browser(app, "omar"), f"/cutovers/{number}/vote", {"vote": "go"})
        assert answer.status_code == 303
        return why()

    def why() -> str:
        gates = evidence.gates(db.session(), cutover_of(number))
        return next(gate.why for gate in gates if gate.key == "votes")

    assert "ops" not in vote()
    for based_on, text in enumerate(("grace: 10s", "grace: 1h")):
        fields = {"name": "rules.yaml", "text": text, "note": "n", "based_on": str(based_on)}
        path = f"/turnups/{acme.turnup}/config"
        assert submit(browser(app, acme.email), path, fields).status_code == 303
        assert "changed since the vote of ops" in why()
        assert "ops" not in vote()

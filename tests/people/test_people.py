"""The list of the vendor's people: who is of which team, on rotation, away."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.db import transaction
from onboarding.people.models import Away, Shift
from tests.cast import Cast
from tests.customers.signing import signed_up
from tests.doors import sign_in


def row(page: str, name: str) -> str:
    return page.partition(f">{name}</a>")[2].partition("</tr>")[0]


def test_it_shows_who_is_on_rotation_and_who_is_away(client: FlaskClient, cast: Cast) -> None:
    now = clock.now()
    span = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=3)}
    over = {"starts_at": now - timedelta(hours=9), "ends_at": now - timedelta(hours=5)}
    with transaction() as session:
        session.add_all(
            [
                Shift(user_id=cast["omar"], **span),
                Shift(user_id=cast["sue"], **over),
                Away(user_id=cast["nina"], **span),
            ]
        )
    page = sign_in(client, "ann").get("/people").text
    assert "on rotation" in row(page, "Omar Okafor")
    assert "on rotation" not in row(page, "Sue Santos")
    assert 'title="back in 3 h"' in row(page, "Nina Novak")


def test_customers_are_not_on_it_and_do_not_see_it(app: Flask, cast: Cast) -> None:
    cora = signed_up(app)
    assert cora.client.get("/people").status_code == 403
    assert "Cora" not in sign_in(app.test_client(), "ann").get("/people").text

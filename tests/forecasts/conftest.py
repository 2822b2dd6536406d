"""A turn-up with a customer, and network engineering at the door."""

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.doors import sign_in
from tests.forecasts.traffic import a_turnup


@pytest.fixture
def turnup(cast: Cast) -> int:
    return a_turnup()


@pytest.fixture
def nina(client: FlaskClient, turnup: int) -> FlaskClient:
    return sign_in(client, "nina")

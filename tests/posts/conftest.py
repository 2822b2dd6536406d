"""A customer and a cutover of real traffic, booked and told of."""

import pytest

from tests.cast import Cast
from tests.posts.telling import follow
from tests.stories import REAL, Known, book, customer


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def number(cast: Cast, acme: Known) -> int:
    made = book(cast, acme, wiring=REAL)
    follow()
    return made

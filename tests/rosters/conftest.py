"""The cutover that the tests of standing by are about."""

import pytest
from flask import Flask

from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import solve
from tests.stories import Known, book, browser, customer


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def staffed(app: Flask, cast: Cast, acme: Known) -> int:
    """A cutover whose roster is solved: everybody is asked."""
    number = book(cast, acme)
    assert submit(browser(app, "ann"), f"/cutovers/{number}/roster", {}).status_code == 303
    solve(number)
    return number

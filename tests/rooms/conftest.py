"""A customer, and a booked cutover whose room the workers have opened."""

import pytest
from flask import Flask

from onboarding.posts import jobs as posting
from onboarding.rooms import jobs
from tests.cast import Cast
from tests.stories import Known, book, customer


@pytest.fixture
def acme(app: Flask, cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def flip(cast: Cast, acme: Known) -> int:
    """The number of a booked cutover, its room opened by the workers."""
    number = book(cast, acme)
    jobs.follow()
    posting.follow()
    return number

"""The cockpit's page: what each step means for the origin, and whom a verb's posts would tell."""

from flask import Flask

from onboarding.board.foretold import foretold
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.posts.subscribing import Wish, subscribe
from onboarding.ramps.course import Aim
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.stories import book, browser, customer, forecast


def test_each_step_says_what_the_origin_bears(app: Flask, cast: Cast) -> None:
    acme = customer("Acme")
    forecast(acme, rate=1000.0)
    number = book(cast, acme)
    page = browser(app, "omar").get(f"/cutovers/{number}").text
    assert page.count("origin bears") == 3
    assert 'class="wall"' not in page
    assert 'class="wall"' in browser(app, "omar").get(f"/cutovers/{number}?wall").text


def test_a_verb_tells_whom_its_posts_reach_and_in_which_words(app: Flask, cast: Cast) -> None:
    number = book(cast, customer("Acme"))
    with transaction() as session:
        cutover = session.get_one(Cutover, number)
        wish = Wish(f"cutover:{number}", "customer", "email", "cora@acme.example")
        subscribe(session, SYSTEM, wish, confirmed=True)
        told = foretold(session, cutover, Aim(5.0))
    (_, staff, _), (_, customers, says) = told["rollback"]
    assert (staff, customers) == (0, 1)
    assert "We are moving your traffic back to the old path." in says
    assert "5 % of your traffic" in told["go"][1][2]

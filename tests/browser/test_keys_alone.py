"""The flows of the customer's page, its links and locks, of rooms, posts, votes, rosters and chats with
the keyboard alone."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.live import feeds
from onboarding.people.models import User
from onboarding.posts import jobs as posting
from onboarding.rooms import jobs as rooms
from onboarding.rosters import tokens
from onboarding.rosters.models import Roster, Seat
from onboarding.sharing import actions
from onboarding.trail.log import Actor
from tests.browser.opened import moves, runs, signed_in, tab_to
from tests.cast import Cast
from tests.customers.signing import signed_up
from tests.posts.telling import letters
from tests.rooms.talking import room_of
from tests.sharing.links import user_of
from tests.stories import Known, book, fresh

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
FOCUSED = "() => document.activeElement.textContent.trim()"


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL_S", 0.2)


def press(page: Page, selector: str) -> None:
    """Reach it and press it."""
    tab_to(page, selector)
    page.keyboard.press("Enter")


def seats(cast: Cast, number: int) -> list[int]:
    """Three seats whose people were asked: Sue, Sid, and Omar."""
    with transaction() as session:
        roster = session.query(Roster).filter_by(cutover_id=number).one_or_none()
        roster = roster or Roster(cutover_id=number, state="solved")
        session.add(roster)
        made = []
        for name, team, role in (
            ("sue", "support", "primary"),
            ("sid", "support", "backup"),
            ("omar", "ops", "primary"),
        ):
            seat = Seat(team=team, role=role, state="invited", user_id=cast[name])
            roster.seats.append(seat)
            made.append(seat)
        session.flush()
        return [seat.id for seat in made]


@pytest.mark.timeout(600)  # a dozen flows, each as long as a busy machine makes it
def test_every_flow_is_walked_with_keys(
    app: Flask, cast: Cast, browser: Browser, served: str
) -> None:
    made = signed_up(app)
    known = Known(made.customer, made.turnup, 0, "cora@acme.example")
    number = book(cast, known)
    rooms.follow()
    with transaction() as session:
        turnup = session.get_one(Turnup, made.turnup)
        by = Actor(f"user:{cast['ann']}", "web")
        shared = f"/share/{actions.make_link(session, by, turnup, for_user=user_of(known))[1]}"
    asked = seats(cast, number)
    runs(number)
    page = browser.new_context(base_url=served).new_page()
    page.set_default_timeout(20_000)
    of_the_customer(page, shared, number)
    signed_in(page)
    of_the_room(page, f"/rooms/{room_of(f'cutover:{number}').id}")
    of_posts(page, number)
    of_the_roster(page, cast, asked)
    of_links(page, known, number)
    of_wordings(page)
    of_chats(page)
    of_votes(
        browser.new_context(base_url=served).new_page(),
        book(cast, known, starts_in=timedelta(days=9)),
    )


def of_the_customer(page: Page, shared: str, number: int) -> None:
    """Ask, tick an item, and ask to hold."""
    page.goto(shared)
    expect(page.locator("#live")).to_have_text("Live")
    tab_to(page, "#room-text")
    page.keyboard.type("How do we purge?")
    press(page, "#room-say button")
    expect(page.locator(".room-text").last).to_have_text("How do we purge?")
    expect(page.locator("#room-text")).to_be_focused()

    settled = page.locator("#part > p").first
    before = settled.inner_text()
    page.reload()
    tab_to(page, "#part .task summary")
    title = page.evaluate(FOCUSED)
    page.evaluate("document.querySelector('[data-slot=part], [data-slot=early]').dataset.old = 1")
    page.evaluate("document.querySelector('#part').dataset.old = 1")
    moves(number)  # something happens: what stands around the panel is fetched anew
    expect(page.locator("#part[data-old]")).to_have_count(0)
    assert page.evaluate(FOCUSED) == title, "who was at an item still is"
    press(page, "#part .task .tick-form button")
    page.wait_for_url("**#part")
    expect(page.locator("#part > p").first).not_to_have_text(before)

    press(page, ".share-jump a")
    tab_to(page, "#hold-words")
    page.keyboard.type("we see errors")
    press(page, "#hold button")
    expect(page.locator(".share-said")).to_be_visible()


def of_the_room(page: Page, path: str) -> None:
    """Say something, and mark what the customer asked as worth writing down."""
    page.goto(path)
    expect(page.locator(".room-live")).to_have_text("Live")
    tab_to(page, "#room-text")
    page.keyboard.type("With a surrogate key")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".room-text").last).to_have_text("With a surrogate key")
    line = "li.room-staff:last-child .room-keep"
    press(page, f"{line} summary")
    press(page, f"{line} a[href$='/draft']")
    page.wait_for_url("**/draft")
    tab_to(page, "#question")
    page.keyboard.press("Control+A")
    page.keyboard.type("How is it purged?")
    press(page, "main form button.btn-primary")
    expect(page.locator("main")).to_contain_text("How is it purged?")


def of_posts(page: Page, number: int) -> None:
    """Write a post, see it as they will, send it."""
    page.goto(f"/cutovers/{number}")
    tab_to(page, "#post-text")
    page.keyboard.type("We look at it")
    tab_to(page, "#posts input[name=audience]")
    page.keyboard.press("ArrowDown")
    press(page, "#posts button[formaction$=preview]")
    expect(page.locator("#as-customer")).to_be_visible()
    press(page, "main form[action$='/posts'] button.btn-primary")
    page.wait_for_url(re.compile(rf"/cutovers/{number}(#.*)?$"))
    db.session().rollback()
    posting.follow()
    page.reload()
    expect(page.locator("#posts .pre-line", has_text="We look at it").first).to_be_visible()


def of_the_roster(page: Page, cast: Cast, asked: list[int]) -> None:
    """Accept a seat, decline another, take over a colleague's."""
    first, second, third = asked
    page.goto(f"/invitations/{tokens.for_invitation(fresh(Seat, first))}")
    press(page, "form[action$='/accept'] button")
    expect(page.locator("main .state-ok")).to_be_visible()
    assert fresh(Seat, first).state == "accepted"
    page.goto(f"/invitations/{tokens.for_invitation(fresh(Seat, second))}")
    press(page, "details:has(form[action$='/decline']) > summary")
    tab_to(page, "[name=reason]")
    page.keyboard.type("I am away then")
    press(page, "form[action$='/decline'] button")
    expect(page.locator("h1")).to_have_text("Declined")
    page.goto(f"/swaps/{tokens.for_swap(fresh(Seat, third), fresh(User, cast['olga']))}")
    press(page, "form[action$='/take'] button")
    expect(page.locator("h1")).to_have_text("It is yours")
    assert fresh(Seat, third).user_id == cast["olga"]


def of_links(page: Page, known: Known, number: int) -> None:
    """Make a link with a pass-phrase, open it, follow its posts, confirm, change and end that; revoke it."""
    page.goto(f"/turnups/{known.turnup}")
    tab_to(page, "#link-phrase")
    page.keyboard.type("blue harbour 7")
    press(page, "#sharing form[action$='/links'] button")
    shared = page.get_by_label("Share link").input_value()
    page.goto("/share/" + shared.rpartition("/share/")[2])
    tab_to(page, "#phrase")
    page.keyboard.type("blue harbour 7")
    page.keyboard.press("Enter")
    expect(page.locator(".share-now")).to_be_visible()
    press(page, "a[href$='/follow']")
    page.wait_for_url("**/follow")
    tab_to(page, "#email")
    page.keyboard.type("boss@acme.example")
    press(page, "main form button")
    expect(page.locator(".share-said")).to_be_visible()
    asked = letters("boss@acme.example")[-1].text.strip()
    page.goto("/subscriptions/" + asked.rpartition("/subscriptions/")[2])
    press(page, "form[action$='/confirm'] button")
    expect(page.locator("#quiet")).to_be_visible()
    tab_to(page, "#quiet")
    page.keyboard.type("22:00-07:00")
    press(page, "main form.card button")
    expect(page.locator("#quiet")).to_have_value("22:00-07:00")
    press(page, "form[action$='/end'] button")
    expect(page.locator("main form")).to_have_count(0)

    page.goto(f"/turnups/{known.turnup}")
    page.once("dialog", lambda asks: asks.accept())
    press(page, "#sharing form[action$='/revoke'] button")
    expect(page.locator("#sharing .state-quiet").first).to_contain_text("revoked")


def of_wordings(page: Page) -> None:
    """See a text of one's own with facts, and put it in place of the shipped one."""
    page.goto("/posts/wordings?audience=customer&language=en")
    press(page, "a[href$='/ramp.held']")
    page.wait_for_url("**/ramp.held")
    tab_to(page, "#template")
    page.keyboard.press("Control+A")
    page.keyboard.type("We wait here.")
    press(page, "button[name=look]")
    expect(page.locator("main [role=status]")).to_contain_text("We wait here.")
    press(page, "main form button.btn-primary")
    expect(page.locator("tr", has_text="We wait here.").first).to_contain_text("your own")


def of_chats(page: Page) -> None:
    """Make the code that proves an account."""
    page.goto("/chats")
    press(page, "form[action$='/chats/code'] button")
    expect(page.locator("#chat-code")).to_be_visible()


def of_votes(page: Page, number: int) -> None:
    """Read a gate's evidence, have the roll-back proved, and vote."""
    page.set_default_timeout(20_000)
    signed_in(page, email="omar@vendor.example")
    page.goto(f"/cutovers/{number}")
    press(page, "#gates .gate-evidence summary")
    expect(page.locator("#gates .gate-evidence[open]").first).to_be_visible()
    press(page, "#gates form[action$='/proofs'] button")
    expect(page.locator("#gates")).to_contain_text("Being asked")
    tab_to(page, "#vote-reason")
    page.keyboard.type("the depot floods")
    press(page, "#gates button[value=no_go]")
    expect(page.locator("#gates")).to_contain_text("the depot floods")

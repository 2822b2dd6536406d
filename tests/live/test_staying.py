"""A live page lasts as long as whoever opened it may see it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import islice

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.customers.models import Member
from onboarding.db import transaction
from onboarding.live import feeds
from onboarding.people.actions import make_token
from onboarding.people.models import ApiToken, User
from onboarding.rooms import actions as rooms
from onboarding.tickets.actions import Opening, open_ticket
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.rooms.talking import room_of, say
from tests.sharing.links import full_path_of, path_of, user_of
from tests.stories import Known, book, browser, customer, cutover_of

MANY = 20  # beats: what goes on says so many within seconds
PATIENT = 300  # beats: what ends or comes does so before, on a busy machine too


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL_S", 0.1)
    monkeypatch.setattr(feeds, "HEARTBEAT_S", 0.05)


@pytest.fixture
def acme(app: Flask, cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def watch(client: FlaskClient, path: str, **more: dict[str, str]) -> Iterator[str]:
    answer = client.get(path, buffered=False, **more)
    assert answer.mimetype == "text/event-stream", answer.status
    for chunk in answer.response:
        yield bytes(chunk).decode()


def ends(stream: Iterator[str]) -> str:
    """What it still says before it ends by itself."""
    said = list(islice(stream, PATIENT))
    assert len(said) < PATIENT, "it goes on"
    return "".join(said)


def test_signing_out_ends_the_pages_of_that_sign_in_alone(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    with transaction() as session:
        room_id = rooms.of_cutover(session, cutover_of(number)).id
        ticket = open_ticket(session, SYSTEM, Opening("It is slow", "share")).id
    paths = (f"/cutovers/{number}/events", f"/rooms/{room_id}/events", f"/tickets/{ticket}/events")
    omar, elsewhere, nina = browser(app, "omar"), browser(app, "omar"), browser(app, "nina")
    with ExitStack() as open_pages:
        mine, theirs, others = (
            [open_pages.enter_context(closing(watch(who, path))) for path in paths]
            for who in (omar, elsewhere, nina)
        )
        for one in (*mine, *theirs, *others):
            assert "event: hello" in next(one)
        submit(omar, "/logout", {})
        for one in mine:
            ends(one)
        say(nina, room_of(f"cutover:{number}"), "Are you there?")
        for stream in (theirs[1], others[1]):
            assert any("Are you there?" in said for said in islice(stream, PATIENT))
        for one in (theirs[0], others[0], others[2]):
            assert len(list(islice(one, MANY))) == MANY
    assert omar.get(paths[0]).status_code == 302


def test_what_let_somebody_in_is_asked_again(app: Flask, cast: Cast, acme: Known) -> None:
    number = book(cast, acme)
    with transaction() as session:
        room_id = rooms.of_cutover(session, cutover_of(number)).id
        token = make_token(session, SYSTEM, session.get_one(User, cast["nina"]), "wall")
    cockpit, room = f"/cutovers/{number}/events", f"/rooms/{room_id}/events"
    bearer = {"headers": {"Authorization": f"Bearer {token}"}}

    def set_user(who: int, **fields: object) -> Callable[[], object]:
        def change() -> None:
            with transaction() as session:
                for name, value in fields.items():
                    setattr(session.get_one(User, who), name, value)

        return change

    def revoke() -> None:
        with transaction() as session:
            session.query(ApiToken).one().revoked_at = cutover_of(number).starts_at

    def leave() -> None:
        with transaction() as session:
            session.delete(session.get_one(Member, (acme.customer, user_of(acme))))

    eve = browser(app, "eve")
    stories = (
        (
            browser(app, "eve"),
            cockpit,
            {},
            lambda: submit(eve, "/logout/everywhere", {}, page="/cutovers"),
        ),
        (
            browser(app, "omar"),
            cockpit,
            {},
            set_user(cast["omar"], session_salt="another password"),
        ),
        (browser(app, "sue"), room, {}, set_user(cast["sue"], active=False)),
        (app.test_client(), cockpit, bearer, revoke),
        (browser(app, acme.email), room, {}, leave),
    )
    for who, path, more, happens in stories:
        with closing(watch(who, path, **more)) as stream:
            assert "event: hello" in next(stream)
            happens()
            ends(stream)


def test_a_room_that_opens_later_comes_to_the_page_that_was_there(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number, path, ann = book(cast, acme), full_path_of(cast, acme), browser(app, "ann")
    cora, linked = browser(app, acme.email), app.test_client()
    stranger = browser(app, customer("Other").email)
    fragment = {"headers": {"HX-Request": "true"}}
    own = f"/workspace/room/events?turnup={acme.turnup}"
    places = (  # who, the page, what its room is fetched from, what says when
        (ann, f"/cutovers/{number}", f"/cutovers/{number}/room", f"/cutovers/{number}/room/events"),
        (linked, path, f"{path}/room", f"{path}/room/events?room=0"),
        (cora, "/workspace", f"/workspace/room?turnup={acme.turnup}", own),
    )
    with ExitStack() as open_pages:
        pages = []
        for who, page, at, events in places:
            shown = who.get(page).text
            assert f'hx-get="{at}" hx-trigger="room-changed"' in shown
            assert f'data-room="{events}"' in shown
            assert f'data-room="{events}"' in who.get(at, **fragment).text
            assert who.get(at).status_code == 303, "a page, for who asks without htmx"
            pages.append(open_pages.enter_context(closing(watch(who, events))))
        for one in pages:
            assert "event: hello" in next(one)
        assert submit(browser(app, "omar"), f"/cutovers/{number}/room", {}).status_code == 303
        for one in pages:
            assert "event: changed" in ends(one)
    room = room_of(f"cutover:{number}").id
    for (who, _page, at, _events), holds in zip(
        places, ('class="room-lines"', 'class="room-lines"', f'href="/rooms/{room}"'), strict=True
    ):
        answer = who.get(at, **fragment)
        assert holds in answer.text
        assert "<html" not in answer.text
    shut = (  # not signed in, another's customer, a link that only shows
        app.test_client().get(places[0][2], **fragment),
        stranger.get(places[0][2], **fragment),
        stranger.get(places[2][2], **fragment),
        stranger.get(own),
        app.test_client().get(f"{path_of(cast, acme)}/room", **fragment),
    )
    assert [one.status_code for one in shut] == [302, 403, 404, 404, 403]
    assert 'class="room-lines"' in ann.get(f"/cutovers/{number}").text

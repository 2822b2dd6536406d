"""A room as the customer has it: on their page, and in their language."""

from flask import Flask
from flask.testing import FlaskClient

from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.posts import actions as post_actions
from onboarding.posts import jobs as posting
from onboarding.posts.models import Post
from onboarding.sharing.actions import make_link
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.rooms.talking import lines, room_of, say
from tests.stories import Known, browser


def test_the_customers_page_has_the_room_for_full_links_alone(
    app: Flask, cast: Cast, acme: Known, flip: int, client: FlaskClient
) -> None:
    room = room_of(f"cutover:{flip}")
    with transaction() as session:
        turnup = session.get_one(Turnup, acme.turnup)
        person = session.query(User.id).filter_by(email=acme.email).scalar()
        by = Actor(f"user:{cast['ann']}", "web")
        full = f"/share/{make_link(session, by, turnup, for_user=person)[1]}"
        shows = f"/share/{make_link(session, by, turnup)[1]}"
    say(browser(app, "omar"), room, "All quiet here")
    assert "All quiet here" in client.get(full).text
    assert "All quiet here" not in client.get(shows).text
    assert submit(client, f"{shows}/room", {"text": "Hi"}).status_code == 403
    assert client.get(f"{shows}/room/events?once=1").status_code == 403
    stream = f"{full}/room/events?once=1&room="  # of a page that was made before the room opened
    assert "event: changed" in client.get(f"{stream}0").text
    assert "event: changed" not in client.get(f"{stream}{room.id}").text
    assert submit(client, f"{full}/room", {"text": "Please look"}, full).status_code == 303
    refused = submit(client, f"{full}/room", {"text": "x" * 4001}, full)
    assert refused.status_code == 422
    assert "x" * 4001 in refused.text
    submit(client, f"{full}/room", {"text": "!rollback"}, full)
    assert lines(room)[2] == ("customer", "Cora Acme", "Please look")
    assert lines(room)[-1][2].startswith("Your role does not allow !rollback")


def test_the_customer_reads_the_posts_of_a_room_in_their_language(
    app: Flask, cast: Cast, acme: Known, flip: int
) -> None:
    room, omar = room_of(f"cutover:{flip}"), browser(app, "omar")
    english, german = "Your cutover is planned for", "Ihre Umschaltung ist geplant"
    with transaction() as session:
        session.query(User).filter_by(email=acme.email).one().languages = ["de-AT", "en"]
        turnup = session.get_one(Turnup, acme.turnup)
        person = session.query(User.id).filter_by(email=acme.email).scalar()
        by = Actor(f"user:{cast['ann']}", "web")
        path = f"/share/{make_link(session, by, turnup, for_user=person)[1]}"
    cora, share = browser(app, acme.email), app.test_client()
    here = f"/rooms/{room.id}"
    theirs = [cora.get(f"{here}{at}").text for at in ("", "/events?once=1&after=0")]
    theirs += [cora.get(f"{here}/transcript.txt").text, share.get(f"{path}?lang=de").text]
    theirs.append(share.get(f"{path}/room/events?once=1&after=0").text)
    assert all(german in page and english not in page for page in theirs)
    assert 'dir="auto" lang="de"' in theirs[0]
    assert "Votre bascule est prévue" in share.get(f"{path}?lang=fr").text.partition('id="room"')[2]
    ours = [omar.get(at).text for at in (f"/cutovers/{flip}", here, f"{here}/transcript.txt")]
    assert all(english in page for page in ours)
    assert lines(room)[0][2].startswith(f"Practice: {english}")  # as it goes to each chat
    assert "1 Nachricht gefunden" in cora.get(f"{here}?q=umschaltung").text

    # what is mended later is told in their language too
    post = db.session().query(Post).filter_by(audience="customer").one()
    with transaction() as session:
        post_actions.edit(session, by, session.get_one(Post, post.id), "At noon")
    posting.follow()
    assert "Korrektur" in cora.get(here).text
    assert "Correction" in omar.get(here).text

"""Articles: written, published, read by whom they are for, revised, looked at again."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.knowledge import jobs
from onboarding.knowledge.models import Article, Helped
from onboarding.outbox.models import Message
from onboarding.people.actions import make_token
from onboarding.people.models import Team, User
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit, token
from tests.rosters.standing import at_once
from tests.stories import browser, customer, fresh, kinds

ONE = {
    "title": "Lower the TTL before the cutover",
    "body": "# How\n\nSet it to **300** seconds.\n\n<script>alert(1)</script>\n\n[no](javascript:x)",
    "stage": "scheduled",
    "area": "dns",
    "public": "yes",
}


def only(app: Flask) -> Article:
    db.session().rollback()
    return db.session().query(Article).one()


def test_an_article_is_written_published_read_and_revised(app: Flask, cast: Cast) -> None:
    customer("Acme")
    sue, cora, nobody = browser(app, "sue"), browser(app, "cora@acme.example"), app.test_client()
    refused = submit(sue, "/knowledge", {**ONE, "title": " ", "review_on": "2020-01-01"})
    assert (refused.status_code, "Set it to **300**" in refused.text) == (422, True)
    wrong = submit(sue, "/knowledge", {**ONE, "area": "cooking"})
    assert (wrong.status_code, "is no area" in wrong.text) == (422, True)
    assert submit(sue, "/knowledge", ONE).status_code == 303
    number = only(app).id
    page = f"/knowledge/{number}"
    assert cora.get(page).status_code == nobody.get(page).status_code == 404
    assert "Lower the TTL" not in nobody.get("/knowledge?q=lower+ttl").text
    assert submit(cora, f"{page}/publish", {}).status_code == 403
    assert submit(sue, f"{page}/publish", {}).status_code == 303
    for reader in (cora, nobody):
        shown = reader.get(page).text
        assert "<strong>300</strong>" in shown
        assert "<h2>How</h2>" in shown
        assert "<script>alert" not in shown
        assert 'href="javascript' not in shown
        assert "Lower the TTL" in reader.get("/knowledge?q=lowr+tttl").text
        assert "Sue Santos" not in shown
        assert reader.get(f"{page}/history").status_code in (302, 403)

    seen = {**ONE, "body": "Set it to 60 seconds.", "seen": "1", "note": "Shorter"}
    assert submit(sue, page, seen).status_code == 303
    late = submit(browser(app, "sid"), page, {**seen, "body": "Set it to 30."})
    assert (late.status_code, "Revision 2 was saved" in late.text, "to 30." in late.text) == (
        409,
        True,
        True,
    )
    history = sue.get(f"{page}/history").text
    assert "<ins>+Set it to 60 seconds.</ins>" in history
    assert "Shorter" in history
    assert submit(sue, f"{page}/restore", {"revision": "1"}).status_code == 303
    assert (only(app).revision, "300" in only(app).body) == (3, True)
    preview = submit(sue, "/knowledge/preview", {"body": "*so*"}, headers={"HX-Request": "true"})
    assert preview.text.strip() == '<div class="article"><p><em>so</em></p>\n</div>'
    assert submit(sue, f"{page}/retire", {}).status_code == 303
    assert nobody.get(page).status_code == 404
    assert "Lower the TTL" not in sue.get("/knowledge?q=ttl&state=all").text.partition("Found")[2]
    assert kinds(only(app).stream) == [
        f"article.{what}" for what in ("written", "published", "saved", "restored", "retired")
    ]


def test_whether_it_helped_is_counted_once_a_voice(app: Flask, cast: Cast) -> None:
    sue, nobody = browser(app, "sue"), app.test_client()
    assert submit(sue, "/knowledge", {**ONE, "then": "publish"}).status_code == 303
    page = f"/knowledge/{only(app).id}"
    for helped in ("no", "yes"):
        answer = submit(nobody, f"{page}/helped", {"helped": helped})
        assert answer.status_code == 303
    assert submit(sue, f"{page}/helped", {"helped": "maybe"}).status_code == 422
    forged = {"solved": "article:1\x00"}  # no text in PostgreSQL holds that
    assert submit(nobody, "/knowledge/solved", forged, page).status_code == 422
    assert sue.get("/knowledge/like?ref=ticket:1%00").status_code == 200
    hers = [(one, {"X-CSRFToken": token(one, page)}) for one in (browser(app, "sue"), sue)]
    said = {"helped": "no"}
    twice = [partial(one.post, f"{page}/helped", data=said, headers=h) for one, h in hers]
    assert [answer.status_code for answer in at_once(app, *twice)] == [303, 303]
    db.session().rollback()
    assert sorted(one.yes for one in db.session().query(Helped)) == [False, True]
    assert "helped 1 / 2" in sue.get(page).text


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_owner_is_reminded_when_it_is_due_and_later_their_lead(app: Flask, cast: Cast) -> None:
    sue = browser(app, "sue")
    submit(sue, "/knowledge", {**ONE, "then": "publish"})

    def told(days_over: int) -> list[str]:
        with transaction() as session:
            session.query(Message).delete()
            session.query(Team).filter_by(key="support").one().lead_id = cast["sid"]
            article = session.query(Article).one()
            article.review_on = clock.now().date() - timedelta(days=days_over)
        for _ in range(2):
            jobs.sweep()
        db.session().rollback()
        return [one.recipient for one in db.session().query(Message).order_by(Message.id)]

    assert told(-1) == []
    assert told(0) == ["sue@vendor.example"]
    assert told(14) == ["sue@vendor.example", "sid@vendor.example"]
    assert "due since" in sue.get("/knowledge?due").text
    with transaction() as session:
        session.get_one(User, cast["sue"]).active = False
    assert told(0) == ["sid@vendor.example"]
    sid = browser(app, "sid")
    assert submit(sid, f"/knowledge/{only(app).id}/reviewed", {}).status_code == 303
    assert only(app).review_on > clock.now().date()
    assert "due since" not in sid.get("/knowledge?due").text


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_articles_over_the_api_and_a_long_list_has_pages(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        token = make_token(session, SYSTEM, session.get_one(User, cast["sue"]), "test")
    api, head = app.test_client(), {"Authorization": f"Bearer {token}"}
    made = api.post(
        "/api/v1/articles", json={**ONE, "public": True, "state": "published"}, headers=head
    )
    assert (made.status_code, made.json["revision"], made.json["owner"]) == (
        201,
        1,
        "sue@vendor.example",
    )
    path = f"/api/v1/articles/{made.json['id']}"
    found = api.get("/api/v1/articles?q=tttl", headers=head).json
    assert [one["id"] for one in found["articles"]] == [made.json["id"]]
    changed = {"title": "TTLs", "body": "New", "public": True, "revision": 1}
    assert api.put(path, json=changed, headers=head).json["revision"] == 2
    assert api.put(path, json=changed, headers=head).status_code == 409
    wrong = api.put(path, json={**changed, "pubic": True}, headers=head)
    assert (wrong.status_code, wrong.json["place"]) == (422, "article.pubic")
    assert api.get(path, headers=head).json["body"] == "New"
    with transaction() as session:
        for number in range(60):
            row = Article(title=f"One more {number:02}", body="x", created_at=clock.now())
            row.updated_at, row.review_on = clock.now(), clock.now().date()
            session.add(row)
    sue = browser(app, "sue")
    assert "One more 49" not in sue.get("/knowledge?page=2&state=published").text
    assert "One more 59" in sue.get("/knowledge?page=2").text
    assert api.get("/api/v1/articles?page=2", headers=head).json["total"] == 61
    assert fresh(Article, made.json["id"]).title == "TTLs"

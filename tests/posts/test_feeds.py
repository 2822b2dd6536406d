"""Posts for feed readers and for programs that read the Statuspage API; nothing of the inside in them."""

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as Tree

from flask import Flask

from onboarding.brands.models import Brand
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.posts.statuspage import ANSWERS
from tests.cast import Cast
from tests.doors import submit
from tests.posts.telling import follow, told
from tests.posts.test_subscriptions import share
from tests.stories import REAL, Known, book, browser, customer

ATOM = "{http://www.w3.org/2005/Atom}"
#: The keys that readers of the published API rely on.
PAGE = {"id", "name", "url", "time_zone", "updated_at"}
COMPONENT = {"id", "name", "status", "created_at", "updated_at", "position", "description"}
COMPONENT |= {"showcase", "start_date", "group_id", "page_id", "group", "only_show_if_degraded"}
NOTICE = {"id", "name", "status", "impact", "page_id", "created_at", "updated_at", "monitoring_at"}
NOTICE |= {"resolved_at", "started_at", "shortlink", "incident_updates", "components"}
UPDATE = {"id", "incident_id", "status", "body", "created_at", "updated_at", "display_at"}
UPDATE |= {"affected_components"}


def run(number: int, state: str) -> None:
    with transaction() as session:
        session.get_one(Cutover, number).state = state


def test_a_shared_page_has_feeds_in_the_readers_language(
    app: Flask, cast: Cast, acme: Known, number: int
) -> None:
    _link, token = share(cast, acme)
    with transaction() as session:
        session.add(Brand(name="Northern Edge"))
    told(number, "ramp.share", share=12.5, by="zorblax")
    anybody, base = app.test_client(), f"/share/{token}"
    answer = anybody.get(f"{base}/posts.atom", headers={"Accept-Language": "de-AT, en;q=0.5"})
    assert answer.mimetype == "application/atom+xml"
    root = Tree.fromstring(answer.data)
    entries = root.findall(f"{ATOM}entry")
    assert entries[0].findtext(f"{ATOM}content") == (
        "12,5 % Ihres Verkehrs laufen auf dem neuen Weg."
    )
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Northern Edge"
    for needed in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{needed}")
        assert all(one.findtext(f"{ATOM}{needed}") for one in entries)
    feed = json.loads(anybody.get(f"{base}/posts.json").data)
    assert feed["authors"] == [{"name": "Northern Edge"}]
    assert "Turnup" not in answer.text + json.dumps(feed)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["content_text"] == "12.5 % of your traffic is on the new path."
    assert len({one["id"] for one in feed["items"]}) == 2
    assert "zorblax" not in json.dumps(feed)
    tag = answer.headers["ETag"]
    again = {"If-None-Match": tag, "Accept-Language": "de-AT, en;q=0.5"}
    assert anybody.get(f"{base}/posts.atom", headers=again).status_code == 304
    assert anybody.get("/share/nothing/posts.atom").status_code == 404


def test_the_read_api_has_the_published_shapes(app: Flask, acme: Known, number: int) -> None:
    anybody = app.test_client()

    def asked(name: str = "summary") -> dict[str, Any]:
        answer = anybody.get(f"/api/v2/{name}.json")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return dict(json.loads(answer.data))

    assert asked()["status"] == {"indicator": "none", "description": "All Systems Operational"}
    assert asked()["scheduled_maintenances"] == []  # nobody said that the public hears of it
    path = f"/cutovers/{number}/posts/public"
    assert submit(browser(app, "sue"), path, {"name": "The shop"}).status_code == 303
    (planned,) = asked("scheduled-maintenances/upcoming")["scheduled_maintenances"]
    assert set(planned) == NOTICE | {"scheduled_for", "scheduled_until"}
    assert (planned["status"], planned["impact"]) == ("scheduled", "maintenance")
    run(number, "running")
    told(number, "ramp.started", run=1)
    assert asked("status")["status"]["indicator"] == "maintenance"
    told(number, "ramp.rollback", reason="zorblax")
    summary = asked()
    assert set(summary) == {"page", "status", "components", "incidents", "scheduled_maintenances"}
    assert set(summary["page"]) == PAGE
    (incident,), (component,) = summary["incidents"], summary["components"]
    assert set(incident) == NOTICE
    assert set(component) == COMPONENT
    assert set(incident["incident_updates"][0]) == UPDATE
    assert (incident["status"], component["status"]) == ("identified", "degraded_performance")
    assert summary["status"]["indicator"] == "minor"
    told(number, "ramp.rolled_back")
    assert asked("incidents/unresolved")["incidents"] == []
    (over,) = asked("incidents")["incidents"]
    assert (over["status"], over["resolved_at"] is None) == ("resolved", False)
    everything = "".join(json.dumps(asked(name)) for name in ANSWERS)
    assert "zorblax" not in everything
    assert "Acme" not in everything
    assert "acme" not in everything
    assert anybody.get("/api/v2/nothing.json").status_code == 404


def test_a_shared_page_has_the_read_api_of_its_own_hostnames(
    app: Flask, cast: Cast, acme: Known, number: int
) -> None:
    _link, token = share(cast, acme)
    other = book(cast, customer("Bolt"), wiring=REAL, starts_in=timedelta(days=9))
    follow()
    said = json.loads(app.test_client().get(f"/share/{token}/api/v2/summary.json").data)
    assert [one["name"] for one in said["components"]] == ["www.acme.example"]
    assert [one["id"] for one in said["scheduled_maintenances"]] == [f"maintenance-{number}"]
    assert other != number

"""A real Alertmanager pages a team, is folded, and closes what it opened."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.clock import iso
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.paging.models import Page
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.services.alertmanager import running_alertmanager
from tests.services.ports import Ports
from tests.services.programs import wait_until

ADDRESS = "/api/v1/pages/alertmanager?team=ops"


def token_of(cast: Cast, name: str = "eve") -> str:
    with transaction() as session:
        return make_token(session, SYSTEM, session.get_one(User, cast[name]), "alertmanager")


def pages() -> list[Page]:
    db.session().rollback()
    return db.session().query(Page).order_by(Page.id).all()


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_an_alert_pages_its_team_until_it_is_resolved(
    app: Flask, cast: Cast, served: str, free_port: Ports, tmp_path: Path
) -> None:
    def tell(*alerts: dict[str, Any]) -> None:
        answer = requests.Session().post(f"{manager}/api/v2/alerts", json=list(alerts), timeout=5)
        assert answer.ok, answer.text

    down = {
        "labels": {"alertname": "OriginDown", "severity": "critical", "customer": "acme"},
        "annotations": {"summary": "acme's origin answers 503", "runbook_url": "https://run/1"},
        "generatorURL": "http://prometheus.example/graph?g0",
    }
    slow = {"labels": {"alertname": "SlowBuild", "severity": "info", "team": "support"}}
    with running_alertmanager(free_port, tmp_path, served + ADDRESS, token_of(cast)) as manager:
        tell(down, slow)
        wait_until(lambda: len(pages()) == 2 and min(p.repeats for p in pages()), "told, and again")
        found = {page.text.splitlines()[0]: page for page in pages()}
        acme = found["OriginDown: acme's origin answers 503"]
        assert (acme.severity, acme.audience, acme.state) == ("critical", ["team:ops"], "open")
        assert "customer: acme" in acme.text
        assert "https://run/1" in acme.text
        assert found["SlowBuild"].audience == ["team:support"]
        assert db.session().query(Message).count() == 2  # repeats called nobody again
        tell({**down, "endsAt": iso(clock.now() - timedelta(seconds=1))})
        wait_until(
            lambda: pages()[0].state + pages()[1].state in ("resolvedopen", "openresolved"), "over"
        )
        over = next(page for page in pages() if page.state == "resolved")
        assert over.id == acme.id
        tell(down)
        wait_until(lambda: len(pages()) == 3, "fired again, it is a new page")


def alert(**changes: Any) -> dict[str, Any]:
    given = {"status": "firing", "labels": {"alertname": "Down"}, "fingerprint": "f1"}
    return given | changes


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ([], "body"),
        ({"version": "3", "alerts": []}, "version"),
        ({"version": "4", "alerts": {}}, "alerts"),
        ({"version": "4", "alerts": [alert(), "x"]}, "alerts[1]"),
        ({"version": "4", "alerts": [alert(), alert(status="on")]}, "alerts[1].status"),
        ({"version": "4", "alerts": [alert(), alert(labels={"a": 1})]}, "alerts[1].labels"),
        ({"version": "4", "alerts": [alert(annotations=[])]}, "alerts[0].annotations"),
        ({"version": "4", "alerts": [alert(fingerprint=7)]}, "alerts[0].fingerprint"),
        ({"version": "4", "alerts": [alert(fingerprint="", labels={})]}, "alerts[0].fingerprint"),
    ],
)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_is_no_message_of_alertmanager_is_refused_at_its_place(
    app: Flask, client: FlaskClient, cast: Cast, sent: Any, place: str
) -> None:
    headers = {"Authorization": f"Bearer {token_of(cast)}"}
    refused: Any = client.post(ADDRESS, json=sent, headers=headers)
    assert (refused.status_code, refused.json["place"]) == (422, place)
    assert pages() == []


def test_whom_it_pages_must_be_a_team_and_who_asks_somebody(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    headers = {"Authorization": f"Bearer {token_of(cast)}"}
    sent = {"version": "4", "alerts": [alert(labels={"alertname": "\x00Down\x1b", "team": "x"})]}
    for address in ("/api/v1/pages/alertmanager", ADDRESS.replace("ops", "cooks")):
        refused: Any = client.post(address, json=sent, headers=headers)
        assert (refused.status_code, refused.json["place"]) == (422, "team")
        assert "account_management, engineering" in refused.text
    assert client.post(ADDRESS, json=sent).status_code == 401
    assert client.post(ADDRESS, data=b"{", headers=headers).json["place"] == "line 1, column 2"
    for expected in ("opened", "repeated"):
        assert client.post(ADDRESS, json=sent, headers=headers).json[expected] == 1
    assert [page.text for page in pages()] == ["Down\nteam: x"]
    sent["alerts"] = [alert(status="resolved"), alert(status="resolved", fingerprint="other")]
    answer: Any = client.post(ADDRESS, json=sent, headers=headers)
    assert (answer.json["resolved"], answer.json["unknown"]) == (1, 1)
    assert [page.state for page in pages()] == ["resolved"]

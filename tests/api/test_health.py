"""What supervisors and Prometheus ask."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import config, queues
from onboarding.channels.base import Letter
from onboarding.db import transaction
from onboarding.outbox.actions import post


def test_a_process_that_is_up_says_so(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").json == {"database": "ok", "redis": "ok"}


def test_without_redis_it_still_serves_and_says_so(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    config.settings.cache_clear()
    queues.redis_client.cache_clear()
    try:
        answer = client.get("/readyz")
    finally:
        monkeypatch.undo()
        config.settings.cache_clear()
        queues.redis_client.cache_clear()
    assert answer.status_code == 200
    assert answer.json == {"database": "ok", "redis": "away"}


def test_prometheus_reads_what_waits(app: Flask, client: FlaskClient) -> None:
    with transaction() as session:
        post(session, "console", Letter("k", "operator", "s", "t"))
    assert 'turnup_outbox_messages{state="queued"} 1.0' in client.get("/metrics").text

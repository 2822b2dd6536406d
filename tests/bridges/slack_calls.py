"""Slack's calls to us, signed as it signs them."""

import hashlib
import hmac
import json
import time
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SIGNING = "a-signing-secret"


def signed(body: bytes, at: int, key: str = SIGNING) -> dict[str, str]:
    right = hmac.new(key.encode(), b"v0:%d:" % at + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={right}"}


def slack(client: FlaskClient, event: dict[str, Any], age: int = 0, **more: Any) -> TestResponse:
    body = json.dumps({"type": "event_callback", "event": event}).encode()
    headers = signed(body, int(time.time()) - age, **more)
    kind = "application/json"
    return client.post(
        "/api/v1/bridges/slack/events", data=body, headers=headers, content_type=kind
    )

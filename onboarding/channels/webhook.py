"""A generic webhook: one signed POST of JSON.

Headers: `Turnup-Timestamp` (seconds of the epoch), `Turnup-Signature: v1=<hex>` with HMAC-SHA256
over `<timestamp>.<body>`, `Idempotency-Key` (the letter's key, the same at every try). Whoever
receives it compares the signature, refuses a timestamp older than five minutes and folds the key.
"""

import hashlib
import hmac
import json

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.errors import BadInput, PermanentFault
from onboarding.http_client import call
from onboarding.vault import secret


def signing_key(house_key: str, url: str) -> str:
    """The key that signs what goes to `url` where no secret of its own is named: made from the
    installation's key, so that it can be shown to whoever subscribes and is stored nowhere."""
    return hmac.new(house_key.encode(), f"webhook:{url}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, timestamp: int, body: bytes) -> str:
    """What `Turnup-Signature` holds for `body` sent at `timestamp`."""
    signed = b"%d." % timestamp + body
    return "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()


class WebhookChannel:
    """`recipient` is the address; `extra["data"]` goes along as `data`, `extra["secret"]` names the
    secret that signs. A private address is refused unless `TURNUP_API_ALLOW` lists it; a redirect
    is not followed."""

    def __init__(self, house_key: str) -> None:
        self.house_key = house_key

    def send(self, letter: Letter) -> str:
        told = {"key": letter.key, "subject": letter.subject, "text": letter.text}
        body = json.dumps({**told, "data": letter.extra.get("data", {})}).encode()
        timestamp = int(clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": letter.key.encode("ascii", "backslashreplace").decode(),
            "Turnup-Timestamp": str(timestamp),
            "Turnup-Signature": signature(self._key(letter), timestamp, body),
        }
        return f"answered {call('POST', letter.recipient, headers=headers, body=body).status}"

    def _key(self, letter: Letter) -> str:
        name = letter.extra.get("secret")
        if not name:
            return signing_key(self.house_key, letter.recipient)
        try:
            return secret(name, "secret")
        except BadInput as missing:
            raise PermanentFault(missing.message, hint=missing.hint) from missing

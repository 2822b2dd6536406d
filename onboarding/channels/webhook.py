"""A generic webhook: one signed POST of JSON.

Headers: `Turnup-Timestamp` (seconds of the epoch), `Turnup-Signature: v1=<hex>` with HMAC-SHA256
over `<timestamp>.<body>`, `Idempotency-Key` (the letter's key, the same at every try). Whoever
receives it compares the signature, refuses a timestamp older than five minutes and folds the key.
"""

import json

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.channels.webhook_keys import signature, signing_key
from onboarding.errors import BadInput, PermanentFault
from onboarding.http_client import call
from onboarding.vault import secret


class WebhookChannel:
    """`recipient` is the address; `extra["data"]` goes along as `data`, `extra["secret"]` names the
    secret that signs, `extra["whose"]` whose key of the house's does otherwise. A private address is refused unless `TURNUP_API_ALLOW` lists it; a redirect
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
            return signing_key(self.house_key, letter.recipient, letter.extra.get("whose", ""))
        try:
            return secret(name, "secret")
        except BadInput as missing:
            raise PermanentFault(missing.message, hint=missing.hint) from missing

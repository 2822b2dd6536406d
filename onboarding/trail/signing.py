"""How entries and heads are signed (HMAC-SHA256; the key lives outside the database)."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from onboarding.clock import iso


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: the same value gives the same bytes everywhere."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(salt: str, personal: dict[str, Any]) -> str:
    """What is signed in place of personal data, so that the data itself can be erased."""
    return hashlib.sha256(salt.encode() + canonical(personal)).hexdigest()


def entry_mac(
    key: str,
    *,
    stream: str,
    number: int,
    at: datetime,
    actor: str,
    source: str,
    kind: str,
    payload: dict[str, Any],
    digest: str,
    previous: str,
) -> str:
    """The HMAC of an entry over all it says and over the entry before it."""
    said = [stream, number, iso(at), actor, source, kind, payload, digest, previous]
    return hmac.new(key.encode(), b"entry" + canonical(said), hashlib.sha256).hexdigest()


def head_signature(key: str, stream: str, number: int, mac: str) -> str:
    """The signature of a stream's head."""
    return hmac.new(
        key.encode(), b"head" + canonical([stream, number, mac]), hashlib.sha256
    ).hexdigest()

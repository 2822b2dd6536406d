"""Whether what comes in from a chat is from that chat, and from now. Pure.

Slack: https://api.slack.com/authentication/verifying-requests-from-slack (`v0=` HMAC-SHA256 over
`v0:<timestamp>:<body>`). Our own webhooks: `v1=` HMAC-SHA256 over `<timestamp>.<body>`, as they go out.
"""

import hashlib
import hmac

from onboarding.errors import NotAllowed

OLDEST_S = 300


def check_slack(key: str, timestamp: str, signature: str, body: bytes, now: float) -> None:
    """Raises NotAllowed where the signature or its time is wrong."""
    _check(key, b"v0:", b":", "v0=", (timestamp, signature), body, now)


def check_own(key: str, timestamp: str, signature: str, body: bytes, now: float) -> None:
    """Raises NotAllowed where the signature or its time is wrong."""
    _check(key, b"", b".", "v1=", (timestamp, signature), body, now)


def check_token(key: str, given: str) -> None:
    """Raises NotAllowed where a token is not the one that was agreed."""
    if not key or not hmac.compare_digest(key.encode(), given.encode()):
        raise NotAllowed("This is not signed as it must be", hint="the token is another")


def _check(
    key: str,
    before: bytes,
    between: bytes,
    version: str,
    given: tuple[str, str],
    body: bytes,
    now: float,
) -> None:
    timestamp, signature = given
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        raise NotAllowed("This is not signed as it must be", hint="a timestamp is missing")
    signed = before + timestamp.encode() + between + body
    right = version + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    if not key or not hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
        raise NotAllowed("This is not signed as it must be", hint="the signature does not fit")
    if abs(now - int(timestamp)) > OLDEST_S:
        raise NotAllowed("This is too old", hint=f"sign within {OLDEST_S} s, by a right clock")

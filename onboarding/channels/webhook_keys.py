"""What signs webhooks, without what sends them: the web shows and checks it."""

import hashlib
import hmac


def signing_key(house_key: str, url: str) -> str:
    """The key that signs what goes to `url` where no secret of its own is named: made from the
    installation's key, so that it can be shown to whoever subscribes and is stored nowhere."""
    return hmac.new(house_key.encode(), f"webhook:{url}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, timestamp: int, body: bytes) -> str:
    """What `Turnup-Signature` holds for `body` sent at `timestamp`."""
    signed = b"%d." % timestamp + body
    return "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()

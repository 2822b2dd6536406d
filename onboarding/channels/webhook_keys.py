"""What signs webhooks, without what sends them: the web shows and checks it."""

import hashlib
import hmac


def signing_key(house_key: str, url: str, whose: str = "") -> str:
    """The key that signs what goes to `url` where no secret of its own is named: made from the
    installation's key, so that it can be shown to whoever subscribes and is stored nowhere. `whose`
    subscription or bridge it is of: who enters another's address gets a key of their own."""
    made = f"webhook:{whose}:{url}" if whose else f"webhook:{url}"
    return hmac.new(house_key.encode(), made.encode(), hashlib.sha256).hexdigest()


def signature(key: str, timestamp: int, body: bytes) -> str:
    """What `Turnup-Signature` holds for `body` sent at `timestamp`."""
    signed = b"%d." % timestamp + body
    return "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()

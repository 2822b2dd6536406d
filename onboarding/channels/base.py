"""What every channel is given and what it must do."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

#: A header of every mail that we send: one that comes in with it came round.
OURS = "X-Turnup-Letter"


@dataclass(frozen=True)
class Letter:
    """One message on its way out. `key` is the same at every try, so that the far side can fold
    a second delivery; `extra` is what only one channel understands (headers, attachments)."""

    key: str
    recipient: str
    subject: str
    text: str
    extra: dict[str, Any] = field(default_factory=dict)


def message_id(key: str, sender: str) -> str:
    """The Message-ID of the letter of this key, sent by `sender`: the same at every try."""
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


class Channel(Protocol):
    """Carries letters. `send` returns a receipt (free text), or raises PassingFault (try again
    later) or PermanentFault (never will)."""

    def send(self, letter: Letter) -> str: ...


@runtime_checkable
class Kept(Protocol):
    """A channel that can keep its connection from letter to letter: from `keep` until `close`."""

    def keep(self) -> None: ...
    def close(self) -> None: ...

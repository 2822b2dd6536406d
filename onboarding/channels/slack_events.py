"""Slack's message events as something a person said; without what calls Slack, for the web reads them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from onboarding.channels.chats import ChatLine


def line(target: str, event: dict[str, Any], name_of: Callable[[str], str]) -> ChatLine | None:
    """A `message` event as something a person said; None for what programs say, and for edits."""
    told = event.get("subtype") in (None, "", "file_share", "me_message", "thread_broadcast")
    user, ts, text = (str(event.get(name) or "") for name in ("user", "ts", "text"))
    if not told or event.get("bot_id") or not user or not text.strip():
        return None
    try:
        at = datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return ChatLine(f"{target}:{ts}", user, name_of(user), _unescaped(text), at, ts)


def _unescaped(text: str) -> str:
    """The words of a message; `<https://…|label>` and `<@U1>` as people read them."""
    out, rest = "", text
    while rest:
        before, opened, after = rest.partition("<")
        inside, closed, rest = after.partition(">")
        out += before
        if not closed:
            out += opened + inside
            break
        address, bar, label = inside.partition("|")
        out += f"{label} ({address})" if bar and address[:1] not in "@#!" else (label or address)
    return out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

"""What `turnup doctor` says of the gateway and of each chat that rooms are bridged to."""

from collections.abc import Iterator

from sqlalchemy import func, select

from onboarding.bridges import leases
from onboarding.bridges.models import Bridge
from onboarding.bridges.queries import LIVE
from onboarding.bridges.turns import chat_of
from onboarding.config import settings
from onboarding.db import db
from onboarding.errors import TurnupError
from onboarding.vault import secret

#: Without these a chat's calls to us are refused.
SIGNED_BY = {"slack": "slack_signing", "mattermost": "mattermost_hook"}
Found = tuple[str, bool, str, str]


def findings() -> Iterator[Found]:
    """(check, well, what was found, what to do), for what is set up in TURNUP_BRIDGES alone."""
    kinds = settings().bridged_to
    if not kinds:
        return
    lease = leases.current(db.session())
    facts = dict(lease.facts) if lease else {}
    holder = lease.holder if lease else ""
    ill = select(func.count()).where(Bridge.state.in_(LIVE), Bridge.error != "")
    troubled = db.session().scalar(ill) or 0
    db.session().rollback()  # chats are asked outside of transactions
    yield _gateway(holder, troubled)
    for kind in kinds:
        if kind == "irc":
            yield _irc(str(facts.get("irc", "")))
        elif kind != "webhook":
            yield _chat(kind)


def _gateway(holder: str, troubled: int) -> Found:
    if not holder:
        do = "start `turnup gateway`, two of them where one may die"
        return "gateway", False, "none is active: nothing goes over to chats", do
    if troubled:
        said = f"{holder} is active; {troubled} channels are in trouble"
        return "gateway", False, said, "see what each room's page of chats says"
    return "gateway", True, f"{holder} is active", ""


def _irc(fact: str) -> Found:
    if fact.startswith("connected"):
        return "irc", True, fact, ""
    do = "see TURNUP_IRC_URL, the secret irc, and whether the server lets the bot in"
    return "irc", False, fact or "no gateway has connected", do


def _chat(kind: str) -> Found:
    chat = chat_of(kind, settings())
    assert chat is not None, "kinds that are chats"
    try:
        who = chat.check()
        secret(SIGNED_BY[kind], "")
    except TurnupError as fault:
        return kind, False, fault.message, fault.hint or "see docs/rooms.md"
    return kind, True, f"answers; we are {who}", ""

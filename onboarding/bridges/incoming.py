"""What came in from a chat: into its room, and done where it is a command of somebody proved.

An edge that other edges share: it opens transactions of its own. Call it outside `transaction()`.
"""

from collections.abc import Callable

from onboarding.bridges import accounts, actions, queries
from onboarding.bridges.lines import Heard
from onboarding.channels.webhook_keys import signing_key
from onboarding.config import settings
from onboarding.db import transaction
from onboarding.errors import TurnupError
from onboarding.rooms.commands import ANSWERED
from onboarding.rooms.words import parse
from onboarding.trail.log import Actor

#: Carries out (acting, user_id, room_id, number, text), at once or soon.
Obey = Callable[[Actor, int, int, int, str], object]
NO_ACCOUNT = "This chat does not say which account you write with, so nothing was linked."
UNKNOWN = "I do not know who you are, so nothing was done."


def how() -> str:
    """What somebody does to be known."""
    where = settings().public_url.rstrip("/")
    return f"To be known here, make a code at {where}/chats and send me: link CODE"


def say(bridge_id: int, heard: Heard, obey: Obey) -> str:
    """`take` for a chat that is told in words: what to tell whoever said it, why it was refused too."""
    try:
        return take(bridge_id, heard, obey)
    except TurnupError as refused:
        return refused.line()


def take(bridge_id: int, heard: Heard, obey: Obey) -> str:
    """Say it in the bridge's room, and have it done where it is a command of somebody proved, or one
    that only asks: whoever speaks there reads the room. Returns what to tell whoever said it; nothing
    where all is well. Raises what refuses it."""
    with transaction() as session:
        bridge = queries.get(session, bridge_id)
        found = actions.hear(session, bridge, heard)
        if found is None:
            return ""
        said, user = found
        number, words, room_id, source = said.number, said.text, said.room_id, bridge.source
        user_id, who = (user.id, f"user:{user.id}") if user else (0, said.actor)
    command = parse(words)
    if command is None:
        return ""
    if not user_id and command.name not in ANSWERED:
        return f"{UNKNOWN} {how()}"
    obey(Actor(who, source), user_id, room_id, number, words)
    return ""


def keep(kind: str, target: str, key: str, account: str) -> str:
    """Keep what was said there in the timeline, for somebody proved. Returns what to tell them."""
    try:
        with transaction() as session:
            bridge = queries.at_target(session, kind, target)
            user = accounts.owner(session, kind, account)
            if bridge is None:
                return ""
            if user is None:
                return f"{UNKNOWN} {how()}"
            kept = actions.keep(session, bridge, key, user)
            return "" if kept else "Only what was said here in the last days can be kept."
    except TurnupError as refused:
        return refused.line()


def code_in(text: str) -> str:
    """The code in `link CODE` or `!link CODE`; empty where it is something else."""
    words = text.removeprefix("!").split()
    return words[1] if len(words) == 2 and words[0].lower() == "link" else ""


def link(kind: str, account: str, name: str, code: str) -> str:
    """The account is whose code that is. Returns what to tell them."""
    if not account:  # a name is no account: whoever takes the name later would be taken for them
        return NO_ACCOUNT
    try:
        with transaction() as session:
            user = accounts.use_code(session, code)
            accounts.link(session, user, kind, account, name)
            return f"You are {user.name} here. Your page in Turnup ends that."
    except TurnupError as refused:
        return refused.line()


def inbound_key(bridge_id: int) -> str:
    """What signs the calls of one webhook: another key for each bridge."""
    return signing_key(settings().key("secret"), f"bridge:{bridge_id}:in")

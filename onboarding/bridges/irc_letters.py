"""Letters to channels of IRC outside of rooms: posts for whoever follows them there.

The outbox keeps them as it keeps all others; this gateway alone has the connection, so it claims
them instead of a worker. One has arrived when the server answers the PING that was sent behind it.
What is said in these channels is not read.
"""

import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog
from irc.client import Event

from onboarding.bridges.holding import Lease
from onboarding.bridges.irc_channel import REFUSALS, folded
from onboarding.bridges.irc_wire import Wire
from onboarding.bridges.lines import irc_lines
from onboarding.channels.base import Letter
from onboarding.channels.names import IRC_CHANNEL
from onboarding.db import db, transaction
from onboarding.outbox import actions as outbox
from onboarding.outbox.sending import Claimed

log = structlog.get_logger()
MOST = 5  # letters claimed and not told yet: a claim lasts a minute and a half
FEW = 6  # lines of one channel that wait for their turn
JOIN_S = 20.0  # for the server to let us in
LOST_S = 30.0  # from sending a PING to its answer; then the connection is taken for dead
IDLE_S = 3600.0  # without a letter for so long, the channel is left


@dataclass
class Place:
    """One channel: the letter that is being told in it, those behind it, and what the server said."""

    name: str
    joined: bool = False
    asked_at: float = 0.0
    used_at: float = 0.0
    waiting: deque[Claimed] = field(default_factory=deque)
    now: Claimed | None = None
    left: deque[str] = field(default_factory=deque)
    queued: int = 0
    sent_at: float = 0.0
    refused: str = ""


class Letters:
    """Gives out letters. `look` is called several times a second, `heed` for each event; `later`
    takes what writes to the database, which is tried again while that is away."""

    def __init__(
        self, wire: Wire, lease: Lease, later: Callable[[Callable[[], None]], None]
    ) -> None:
        self.wire, self.lease, self.later = wire, lease, later
        self.places: dict[str, Place] = {}

    def look(self) -> None:
        """Claim what is due, and tell it."""
        self._claim()
        for key, place in list(self.places.items()):
            if place.now is None and place.waiting:
                self._begin(place)
            if place.now is not None:
                self._tell(place)
            elif time.monotonic() - place.used_at > IDLE_S:
                self.wire.send(f"PART {place.name}")
                del self.places[key]

    def _claim(self) -> None:
        held = sum(len(one.waiting) + (one.now is not None) for one in self.places.values())
        room = MOST - held
        for urgent in outbox.waits(db.session(), "irc") if room > 0 else ():
            self.lease.check()
            with transaction() as session:
                for message in outbox.claim_batch(session, "irc", urgent, room):
                    letter = Letter(message.key, message.recipient, message.subject, message.text)
                    self._take(Claimed(message.id, message.claim, letter))

    def _take(self, claimed: Claimed) -> None:
        name = claimed.letter.recipient
        if not re.fullmatch(IRC_CHANNEL, name):
            self.later(partial(_gave_up, claimed, "this is no channel of IRC"))
            return
        place = self.places.setdefault(folded(name), Place(name))
        place.waiting.append(claimed)

    def _begin(self, place: Place) -> None:
        place.now = place.waiting.popleft()
        room = 430 - len(place.name.encode())
        lines = irc_lines(place.now.letter.text, room)
        place.left = deque(f"PRIVMSG {place.name} :{line}" for line in lines)
        place.left.append(f"PING :l{place.now.message_id}")
        place.used_at, place.sent_at, place.refused = time.monotonic(), 0.0, ""

    def _tell(self, place: Place) -> None:
        now = time.monotonic()
        if place.refused:
            self._done(place, place.refused)
        elif place.joined:
            self._feed(place)
            if place.sent_at and now - place.sent_at > LOST_S:
                self.wire.hang_up("The server does not answer")
        elif not place.asked_at:
            place.asked_at = now
            self.wire.send(f"JOIN {place.name}")
        elif now - place.asked_at > JOIN_S:
            self._done(place, "the server does not let the bot in")

    def _feed(self, place: Place) -> None:
        while place.left and place.queued < FEW:
            place.queued += 1
            line = place.left.popleft()
            self.wire.send(line, sent=partial(_left, place, last=not place.left))

    def _done(self, place: Place, error: str = "") -> None:
        claimed, place.now, place.left = place.now, None, deque()
        if not place.joined:
            place.asked_at = 0.0
        if claimed is None:
            return
        if error:
            log.warning("irc.letter_failed", message=claimed.message_id, error=error)
            self.later(partial(_failed, claimed, error))
        else:
            self.later(partial(_arrived, claimed, f"told in {place.name}"))

    def heed(self, event: Event) -> None:
        """One event of the connection, as far as it is about these channels."""
        if event.type == "disconnect":
            self._lost()
        elif event.type == "pong":
            token = event.arguments[-1]
            for place in self.places.values():
                if place.now is not None and token == f"l{place.now.message_id}":
                    self._done(place, place.refused)
        elif event.type in ("join", "part", "kick"):
            self._moved(event)
        elif event.arguments and (about := self.places.get(folded(event.arguments[0]))):
            if event.type == "cannotsendtochan":
                about.refused = "the bot may not speak in the channel: give it a voice there"
            elif event.type in REFUSALS:
                about.refused, about.joined = REFUSALS[event.type], False

    def _moved(self, event: Event) -> None:
        who = event.arguments[0] if event.type == "kick" else event.source.nick
        place = self.places.get(folded(event.target))
        if place is None or folded(who) != folded(self.wire.nick):
            return
        place.joined, place.asked_at = event.type == "join", 0.0
        if event.type == "kick" and place.now is not None:
            place.refused = "the bot was put out of the channel"

    def _lost(self) -> None:
        """The connection broke: what was on its way is told again, what was not is given back."""
        begun = [one.now for one in self.places.values() if one.now is not None]
        unbegun = [claimed for one in self.places.values() for claimed in one.waiting]
        self.places.clear()
        for claimed in begun:
            self.later(partial(_failed, claimed, "the connection to the IRC server ended"))
        if unbegun:
            self.later(partial(_given_back, unbegun))


def _left(place: Place, *, last: bool) -> None:
    place.queued -= 1
    if last:
        place.sent_at = time.monotonic()


def _arrived(claimed: Claimed, receipt: str) -> None:
    with transaction() as session:
        for message in outbox.held(session, {claimed.message_id: claimed.token}).values():
            outbox.delivered(session, message, receipt)


def _failed(claimed: Claimed, error: str, *, final: bool = False) -> None:
    with transaction() as session:
        for message in outbox.held(session, {claimed.message_id: claimed.token}).values():
            outbox.failed(session, message, error, final=final)


def _gave_up(claimed: Claimed, error: str) -> None:
    _failed(claimed, error, final=True)


def _given_back(claimed: Sequence[Claimed]) -> None:
    with transaction() as session:
        held = outbox.held(session, {one.message_id: one.token for one in claimed})
        for message in held.values():
            outbox.put_off(message, 0.0)

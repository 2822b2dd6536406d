"""IRC: the rooms' channels on one server. Made, their topic kept, lines both ways, people known.

Only the gateway imports this.
"""

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from irc.client import Event
from irc.modes import parse_channel_modes
from sqlalchemy.exc import DBAPIError

from onboarding.bridges import actions
from onboarding.bridges.holding import Lease
from onboarding.bridges.incoming import Obey
from onboarding.bridges.irc_channel import REFUSALS, Channel, Proofs, folded
from onboarding.bridges.irc_letters import Letters
from onboarding.bridges.irc_rooms import Rooms
from onboarding.bridges.irc_talk import Talk
from onboarding.bridges.irc_wire import Wire, tag
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.errors import BadInput, PassingFault
from onboarding.ramps.leases import LeaseLost
from onboarding.vault import secret

log = structlog.get_logger()
LOOK_S = 0.25
TAKE_IN_S = 0.5  # then what goes out, and the server's own questions, have their turn
BACK_OFF_S = (1, 2, 5, 10, 20, 40, 60)
MOST_HEARD = 5000  # lines that wait while the database is away


class IrcLink:
    """The connection with all of its channels. One thread calls `turn` again and again."""

    def __init__(self, lease: Lease, obey: Obey) -> None:
        self.lease = lease
        self.wire = Wire(settings().irc_url, _password(), self.handle)
        self.channels: dict[str, Channel] = {}
        self.proofs = Proofs()
        self.heard: deque[Callable[[], None]] = deque(maxlen=MOST_HEARD)
        self.talk = Talk(self.wire, self.channels, self.proofs, obey)
        self.rooms = Rooms(self.wire, self.channels, self.proofs, lease)
        self.letters = Letters(self.wire, lease, self.heard.append)
        self.failures, self.dial_at, self.look_at = 0, 0.0, 0.0

    def turn(self) -> None:
        """Connect where we are not, take in, give out. Within an app context."""
        if not self.lease.good():
            self.wire.hang_up("Another gateway takes over")
            time.sleep(0.2)
            return
        if not self.wire.connected:
            self._dial()
        self.wire.turn(0.1)
        try:
            self._take_in()
            if self.wire.welcome and self.wire.connected and time.monotonic() >= self.look_at:
                self.look_at = time.monotonic() + LOOK_S
                self.rooms.look()
                self.letters.look()
        except LeaseLost:
            self.wire.hang_up("Another gateway takes over")
        except DBAPIError as away:
            log.error("irc.database", error=str(away.orig))
            time.sleep(0.5)
        finally:
            db.session.remove()

    def close(self) -> None:
        """Leave the server in good order."""
        self.wire.hang_up("Turnup stops")
        try:
            self._take_in()  # what was not confirmed goes back at once
        except (DBAPIError, LeaseLost) as away:
            log.warning("irc.not_noted", error=str(away))

    def _dial(self) -> None:
        if time.monotonic() < self.dial_at:
            time.sleep(0.1)
            return
        try:
            self.wire.dial()
        except PassingFault as away:
            self._wait(away.message)

    def _wait(self, why: str) -> None:
        pause = BACK_OFF_S[min(self.failures, len(BACK_OFF_S) - 1)]
        self.failures, self.dial_at = self.failures + 1, time.monotonic() + pause
        self.lease.facts["irc"] = f"not connected: {why}; again in {pause} s"
        log.warning("irc.away", why=why, again_in_s=pause)

    def _take_in(self) -> None:
        until = time.monotonic() + TAKE_IN_S
        while self.heard and time.monotonic() < until:
            try:
                self.heard[0]()
            except (DBAPIError, LeaseLost):
                raise  # it stays the first, for when the database is back
            except Exception as error:
                log.error("irc.line_broken", exc_info=error)
            self.heard.popleft()

    # what the server says

    def handle(self, event: Event) -> None:
        """One event of the connection."""
        self.letters.heed(event)
        known = getattr(self, f"_on_{event.type}", None)
        if known is not None:
            known(event)
        elif event.type in REFUSALS and event.arguments:
            channel = self.channels.get(folded(event.arguments[0]))
            if channel is not None:
                channel.joining_at = time.monotonic() + 30
                self.heard.append(partial(self._refused, channel, REFUSALS[event.type]))

    def _on_welcome(self, _event: Event) -> None:
        self.failures = 0
        self.lease.facts["irc"] = f"connected as {self.wire.nick}"
        self.wire.send("CAP REQ :account-tag", first=True)
        log.info("irc.connected", nick=self.wire.nick)

    def _on_disconnect(self, event: Event) -> None:
        self.channels.clear()
        self.proofs.masks.clear()
        self.talk.tagged = False
        if self.lease.good():
            self._wait(" ".join(event.arguments) or "the connection ended")

    def _on_cap(self, event: Event) -> None:
        words = " ".join(event.arguments)
        self.talk.tagged = self.talk.tagged or ("ACK" in words and "account-tag" in words)

    def _on_join(self, event: Event) -> None:
        channel = self.channels.get(folded(event.target))
        if channel is None:
            return
        if event.source.nick == self.wire.nick:
            channel.joined = True
        channel.members.add(folded(event.source.nick))

    def _on_namreply(self, event: Event) -> None:
        channel = self.channels.get(folded(event.arguments[1]))
        if channel is None:
            return
        for name in event.arguments[2].split():
            nick = name.lstrip("~&@%+")
            channel.members.add(folded(nick))
            if folded(nick) == folded(self.wire.nick):
                channel.op = "@" in name[: len(name) - len(nick)]
                channel.made = channel.op and len(event.arguments[2].split()) == 1

    def _on_endofnames(self, event: Event) -> None:
        channel = self.channels.get(folded(event.arguments[0]))
        if channel is not None and channel.joined:
            self.heard.append(partial(self.rooms.opened, channel))

    def _on_mode(self, event: Event) -> None:
        channel = self.channels.get(folded(event.target))
        if channel is None:
            return
        for sign, mode, argument in parse_channel_modes(" ".join(event.arguments)):
            if mode == "o" and folded(argument or "") == folded(self.wire.nick):
                channel.op, channel.locked = sign == "+", False
                self.heard.append(partial(self.rooms.opened, channel))
            elif mode == "k":
                channel.keyed = sign == "+" and bool(channel.key) and argument == channel.key
                self.heard.append(partial(self.rooms.keyed, channel))

    def _on_channelmodeis(self, event: Event) -> None:
        channel = self.channels.get(folded(event.arguments[0]))
        if channel is None or not channel.key:
            return
        modes = parse_channel_modes(" ".join(event.arguments[1:]))
        channel.keyed = any((mode, given) == ("k", channel.key) for _sign, mode, given in modes)
        if channel.joined and (channel.keyed or not channel.op):
            self.heard.append(partial(self.rooms.opened, channel))

    def _on_part(self, event: Event) -> None:
        self._gone(event.source.nick, self.channels.get(folded(event.target)))

    def _on_kick(self, event: Event) -> None:
        self._gone(event.arguments[0], self.channels.get(folded(event.target)))

    def _on_quit(self, event: Event) -> None:
        for channel in self.channels.values():
            channel.members.discard(folded(event.source.nick))
        self.proofs.forget(event.source.nick)

    def _on_nick(self, event: Event) -> None:
        old, new = folded(event.source.nick), folded(event.target)
        self.proofs.forget(old)
        self.proofs.forget(new)
        for channel in self.channels.values():
            if old in channel.members:
                channel.members.discard(old)
                channel.members.add(new)

    def _gone(self, nick: str, channel: Channel | None) -> None:
        if channel is None:
            return
        channel.members.discard(folded(nick))
        if folded(nick) == folded(self.wire.nick):
            channel.joined = channel.op = channel.keyed = False
            channel.asked_key = channel.locked = False
            channel.joining_at = time.monotonic() + 5
        elif not any(folded(nick) in one.members for one in self.channels.values()):
            self.proofs.forget(nick)

    def _on_currenttopic(self, event: Event) -> None:
        self._topic(event.arguments[0], event.arguments[1])

    def _on_notopic(self, event: Event) -> None:
        self._topic(event.arguments[0], "")

    def _on_topic(self, event: Event) -> None:
        self._topic(event.target, event.arguments[0] if event.arguments else "")

    def _topic(self, name: str, topic: str) -> None:
        channel = self.channels.get(folded(name))
        if channel is not None:
            channel.topic = topic
            channel.looked_at = 0.0

    def _on_pong(self, event: Event) -> None:
        self.heard.append(partial(self.rooms.arrived, event.arguments[-1]))

    def _on_pubmsg(self, event: Event) -> None:
        channel = self.channels.get(folded(event.target))
        if channel is not None:
            said = (str(event.source), event.arguments[0], tag(event, "account"))
            self.heard.append(partial(self.talk.in_channel, channel, *said))

    def _on_action(self, event: Event) -> None:
        channel = self.channels.get(folded(event.target))
        if channel is not None and event.arguments:
            said = (str(event.source), f"* {event.arguments[0]}", tag(event, "account"))
            self.heard.append(partial(self.talk.in_channel, channel, *said))

    def _on_privmsg(self, event: Event) -> None:
        said: tuple[Any, ...] = (str(event.source), event.arguments[0], tag(event, "account"))
        self.heard.append(partial(self.talk.to_us, *said))

    def _refused(self, channel: Channel, why: str) -> None:
        with transaction() as session:
            actions.failed(session, self.lease.fence, channel.bridge_id, why, 30)


def _password() -> str:
    try:
        return secret("irc", "TURNUP_SECRET_IRC")
    except BadInput:
        return ""

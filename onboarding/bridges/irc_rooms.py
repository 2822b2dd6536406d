"""Rooms as channels: joined, their modes and topic kept, people invited, lines given out.

A line counts as arrived when the server answers the PING that was sent behind it: what was written
into a connection that broke is sent again over the next one.
"""

import time
from collections import deque
from functools import partial

from onboarding import clock
from onboarding.bridges import accounts, actions, queries, telling
from onboarding.bridges.holding import Lease
from onboarding.bridges.irc_channel import Channel, Proofs, folded
from onboarding.bridges.irc_wire import Wire
from onboarding.bridges.lines import channel_name, irc_lines, shown
from onboarding.bridges.making import make
from onboarding.bridges.models import Bridge
from onboarding.bridges.queries import Mark
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.rooms.models import COMMUNITY

AGAIN_S = 30.0  # a channel is looked at anew, whether anything has moved or not
LOST_S = 30.0  # from sending a PING to its answer; then the connection is taken for dead
FEW = 6  # lines of one channel that wait for their turn: what comes after them comes soon
KEEP_S = 5.0  # between two times that the topic is put back: no duel with another bot
INVITE_S = 600.0
MOST = 10  # messages on their way to one channel
LONGEST_TOPIC = 300  # bytes; less where the server says so


class Rooms:
    """Gives out. `look` is called several times a second."""

    def __init__(
        self, wire: Wire, channels: dict[str, Channel], proofs: Proofs, lease: Lease
    ) -> None:
        self.wire, self.channels, self.proofs, self.lease = wire, channels, proofs, lease
        self.invited: dict[tuple[str, str], float] = {}

    def look(self) -> None:
        """Make what is to be made, leave what ended, tell what is new."""
        make("irc")
        known = {channel.bridge_id: channel for channel in self.channels.values()}
        for mark in queries.marks(db.session(), ("irc",), clock.now()):
            channel = known.get(mark.bridge_id)
            if mark.state == "closing":
                self._leave(mark, channel)
            elif channel is None:
                self._join(mark)
            elif not channel.joined:
                self._join_again(channel)
            elif not channel.ours:
                continue  # `opened` has said what it needs
            elif self._due(channel, mark):
                self._tell(channel, mark)

    def _join(self, mark: Mark) -> None:
        bridge = queries.get(db.session(), mark.bridge_id)
        room = bridge.room
        prefix = settings().irc_prefix
        name = bridge.target or channel_name(room.title, room.key, prefix)
        private = room.key != COMMUNITY
        channel = Channel(name, bridge.id, bridge.key if private else "")
        self.channels[folded(name)] = channel
        self._join_again(channel)

    def _join_again(self, channel: Channel) -> None:
        if time.monotonic() >= channel.joining_at:
            channel.joining_at = time.monotonic() + 30
            self.wire.send(f"JOIN {channel.name} {channel.key}".rstrip())

    def opened(self, channel: Channel) -> None:
        """We are in it: set its modes where we may; one that is ours to lock is open once it has its
        key, since who is told of it before would be put out again."""
        if channel.op and not channel.ours:
            self.wire.send(f"MODE {channel.name} +ntsk {channel.key}")
            self.wire.send(f"MODE {channel.name}")  # it may have had the key before
            return
        if channel.op and not channel.locked:  # once: a server may tell of what was so before
            channel.locked = True
            self.wire.send(f"MODE {channel.name} +nt{'s' if channel.key else ''}")
        with transaction() as session:
            what = {"target": channel.name, "state": "open"}
            if not channel.op:
                lacks = "the topic is not kept" if channel.ours else "nothing is told in it"
                why = f"make {self.wire.nick} an operator of {channel.name}: {lacks}"
                what["error"] = why if channel.ours else f"{why}, for somebody else made it"
            actions.note(session, self.lease.fence, channel.bridge_id, **what)
        if not channel.ours and not channel.asked_key:
            channel.asked_key = True
            self.wire.send(f"MODE {channel.name}")  # members are told the key
        if channel.topic is None:
            channel.topic = ""
        channel.looked_at = 0.0

    def keyed(self, channel: Channel) -> None:
        """The channel has its key: whoever walked in before it is put out again, with how to get in."""
        if channel.keyed and channel.made:
            for nick in sorted(channel.members - {folded(self.wire.nick)}):
                self.wire.send(
                    f"KICK {channel.name} {nick} :It has a key: its room's page tells how to join"
                )
        channel.made = False
        if channel.keyed:
            self.opened(channel)

    def _leave(self, mark: Mark, channel: Channel | None) -> None:
        if channel is not None:
            self._part(channel, "This room is bridged no more")
        with transaction() as session:
            actions.note(session, self.lease.fence, mark.bridge_id, state="closed")

    def _rest(self, channel: Channel) -> None:
        self._part(channel, "This room was closed")
        with transaction() as session:
            actions.rest(session, queries.get(session, channel.bridge_id))
            actions.note(session, self.lease.fence, channel.bridge_id)

    def _part(self, channel: Channel, why: str) -> None:
        self.wire.send(f"PART {channel.name} :{why}")
        del self.channels[folded(channel.name)]

    def _due(self, channel: Channel, mark: Mark) -> bool:
        now = time.monotonic()
        if channel.flying:
            self._feed(channel)
            if channel.flying_at and now - channel.flying_at > LOST_S:
                self.wire.hang_up("The server does not answer")
            return False
        return mark.ended or channel.heads != mark.heads or now - channel.looked_at > AGAIN_S

    def _tell(self, channel: Channel, mark: Mark) -> None:
        session = db.session()
        session.rollback()
        bridge = queries.get(session, channel.bridge_id)
        if queries.over(session, bridge):
            self._rest(channel)
            return
        self._keep_topic(channel, telling.topic(session, bridge.room))
        self._invite(channel, queries.concerned(session, bridge.room))
        more = self._lines(channel, bridge, mark)
        unkept = channel.op and channel.topic != channel.wanted
        channel.looked_at = time.monotonic() - (AGAIN_S - KEEP_S if unkept else 0.0)
        channel.heads = (-1, -1) if more else mark.heads

    def _keep_topic(self, channel: Channel, wanted: str) -> None:
        most = int(getattr(self.wire.link.features, "topiclen", None) or LONGEST_TOPIC)
        channel.wanted = irc_lines(wanted, min(most, LONGEST_TOPIC))[0]
        now = time.monotonic()
        if channel.op and channel.topic != channel.wanted and now >= channel.asked_at + KEEP_S:
            channel.asked_at = now
            self.wire.send(f"TOPIC {channel.name} :{channel.wanted}")

    def _lines(self, channel: Channel, bridge: Bridge, mark: Mark) -> bool:
        """Send what waits; whether more waits behind it."""
        waiting = queries.waiting(db.session(), bridge)
        if not waiting:
            if bridge.sent < mark.heads[0]:
                with transaction() as session:
                    actions.note(session, self.lease.fence, bridge.id, sent=mark.heads[0])
            return False
        now = clock.now()
        room = 430 - len(channel.name.encode())
        channel.left = deque(
            f"PRIVMSG {channel.name} :{line}"
            for said in waiting[:MOST]
            for line in irc_lines(shown(said, now), room)
        )
        channel.flying, channel.flying_at = waiting[:MOST][-1].number, 0.0
        channel.left.append(f"PING :t{bridge.id}.{channel.flying}")
        self._feed(channel)
        return True

    def _feed(self, channel: Channel) -> None:
        """Hand over a few lines: a long text takes its time, and keeps nothing else waiting."""
        while channel.left and channel.queued < FEW:
            channel.queued += 1
            line = channel.left.popleft()
            self.wire.send(line, sent=partial(_left, channel, last=not channel.left))

    def arrived(self, token: str) -> None:
        """The server has read up to this token."""
        bridge_id, _, number = token.removeprefix("t").partition(".")
        for channel in self.channels.values():
            if (str(channel.bridge_id), str(channel.flying)) == (bridge_id, number):
                with transaction() as session:
                    fence = self.lease.fence
                    actions.note(session, fence, channel.bridge_id, sent=channel.flying)
                channel.flying = 0

    def _invite(self, channel: Channel, people: list[User]) -> None:
        """Those concerned whose nick is known and who are not in it; the key only to whom we have
        proved on this connection, for a nick alone may be anybody's by now."""
        known = accounts.names(db.session(), "irc_nick", [user.id for user in people])
        now = time.monotonic()
        for user in people:
            proved = {folded(nick) for nick in self.proofs.nicks(user.id)}
            for nick in sorted({*known.get(user.id, ()), *proved} - channel.members):
                if now - self.invited.get((nick, channel.name), -INVITE_S) < INVITE_S:
                    continue
                self.invited[nick, channel.name] = now
                if channel.op:
                    self.wire.send(f"INVITE {nick} {channel.name}")
                if nick in proved and channel.key:
                    self.wire.send(f"NOTICE {nick} :The key of {channel.name} is {channel.key}")


def _left(channel: Channel, *, last: bool) -> None:
    channel.queued -= 1
    if last:
        channel.flying_at = time.monotonic()

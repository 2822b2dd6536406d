"""What people say on IRC: lines into rooms, commands of those who are proved, codes that prove."""

import itertools
import secrets
import time

from onboarding.bridges import accounts, incoming
from onboarding.bridges.irc_channel import Channel, Proofs, folded
from onboarding.bridges.irc_wire import Wire
from onboarding.bridges.lines import Heard, irc_lines
from onboarding.db import transaction
from onboarding.errors import TurnupError

TOLD_S = 10.0  # one person hears at most so often why something was refused


class Talk:
    """Takes in. Its methods raise what the database raises, and are then called again."""

    def __init__(
        self,
        wire: Wire,
        channels: dict[str, Channel],
        proofs: Proofs,
        obey: incoming.Obey,
    ) -> None:
        self.wire, self.channels, self.proofs, self.obey = wire, channels, proofs, obey
        self.tagged = False
        self.numbers = itertools.count()
        self.this = secrets.token_hex(6)
        self.told: dict[str, float] = {}

    def in_channel(self, channel: Channel, mask: str, text: str, account: str) -> None:
        """A line in a room's channel."""
        if incoming.code_in(text):
            self.to_us(mask, text, account)
            return
        nick = mask.partition("!")[0]
        known = f"sasl:{account}" if self.tagged and account else f"nick:{mask}"
        key = f"{self.this}:{next(self.numbers)}"
        heard = Heard(key, known, nick, text, user_id=self.proofs.of(mask))
        if words := incoming.say(channel.bridge_id, heard, self.obey):
            self._tell_once(mask, words)

    def to_us(self, mask: str, text: str, account: str) -> None:
        """Something said to the bot alone: a code, or anything else, which gets the help."""
        nick = mask.partition("!")[0]
        code = incoming.code_in(text)
        if not code:
            self._tell_once(mask, incoming.how())
            return
        sasl = account if self.tagged else ""
        present = any(folded(nick) in channel.members for channel in self.channels.values())
        if not sasl and not present:
            self._notice(nick, "Join a room's channel first: while I see you there, I know you.")
            return
        try:
            with transaction() as session:
                user = accounts.use_code(session, code)
                if sasl:
                    accounts.link(session, user, "irc", f"sasl:{sasl}", sasl)
                accounts.link(session, user, "irc_nick", folded(nick), nick)
                user_id, name = user.id, user.name
        except TurnupError as refused:
            self._notice(nick, refused.line())
            return
        if present:
            self.proofs.prove(mask, user_id)
        for channel in self.channels.values():
            channel.looked_at = 0.0
        lasts = f"by your account {sasl}" if sasl else "until you leave or change your nick"
        self._notice(nick, f"You are {name} here, {lasts}.")

    def _tell_once(self, mask: str, text: str) -> None:
        now = time.monotonic()
        if now - self.told.get(mask, -TOLD_S) >= TOLD_S:
            if len(self.told) > 1000:
                self.told.clear()
            self.told[mask] = now
            self._notice(mask.partition("!")[0], text)

    def _notice(self, nick: str, text: str) -> None:
        for line in irc_lines(text):
            self.wire.send(f"NOTICE {nick} :{line}")

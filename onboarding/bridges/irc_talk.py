"""What people say on IRC: lines into rooms, commands of those who are proved, codes that prove."""

import itertools
import secrets
import time
from collections import deque

from onboarding.bridges import accounts, incoming
from onboarding.bridges.irc_channel import Channel, Proofs, folded
from onboarding.bridges.irc_wire import Wire
from onboarding.bridges.lines import Heard, irc_lines
from onboarding.db import transaction
from onboarding.errors import TurnupError

TOLD_S = 10.0  # one person hears at most so often why something was refused
#: Lines of one user@host that are looked at: so many within so many seconds. It is more than a room
#: takes of one person; what is beyond costs the database nothing.
MOST, WITHIN_S = 20, 10.0


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
        self.lately: dict[str, deque[float]] = {}

    def _floods(self, mask: str) -> bool:
        """Whether they say more than is looked at; they are told."""
        now, who = time.monotonic(), folded(mask).partition("!")[2]
        if len(self.lately) > 1000:
            self.lately.clear()
        lines = self.lately.setdefault(who, deque(maxlen=MOST))
        if len(lines) == MOST and now - lines[0] < WITHIN_S:
            words = (
                f"You wrote {MOST} lines within {WITHIN_S:g} s: what is beyond them is not read."
            )
            self._tell_once(mask, words)
            return True
        lines.append(now)
        return False

    def in_channel(self, channel: Channel, mask: str, text: str, account: str) -> None:
        """A line in a room's channel."""
        if self._floods(mask):
            return
        if incoming.code_in(text):
            self._answer(mask, text, account)
            return
        nick = mask.partition("!")[0]
        known = f"sasl:{account}" if self.tagged and account else f"nick:{mask}"
        key = f"{self.this}:{next(self.numbers)}"
        heard = Heard(key, known, nick, text, user_id=self.proofs.of(mask))
        if words := incoming.say(channel.bridge_id, heard, self.obey):
            self._tell_once(mask, words)

    def to_us(self, mask: str, text: str, account: str) -> None:
        """Something said to the bot alone: a code, or anything else, which gets the help."""
        if not self._floods(mask):
            self._answer(mask, text, account)

    def _answer(self, mask: str, text: str, account: str) -> None:
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

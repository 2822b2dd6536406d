"""What the gateway knows of one IRC channel, and of who is who there. Pure.

A nick proves nothing by itself: there may be no services that guard it. Somebody is proved for as
long as the same nick!user@host is seen without a break in a channel that we are in; who leaves,
changes their nick or comes back proves themselves anew.
"""

from collections import deque
from dataclasses import dataclass, field

FOLD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]\\~", "abcdefghijklmnopqrstuvwxyz{}|^")

#: Answers to a JOIN that lets nobody in, as the library names them, and what they mean.
REFUSALS = {
    "badchannelkey": "the channel has another key",
    "inviteonlychan": "the channel is for those invited; invite the bot",
    "bannedfromchan": "the bot is banned from the channel",
    "channelisfull": "the channel is full",
    "toomanychannels": "the bot is in as many channels as the server allows (its MaxJoins)",
    "nosuchchannel": "the server has no such channel and lets none be made",
}


def folded(name: str) -> str:
    """A nick or channel as IRC compares it (RFC 2812, 2.2)."""
    return name.translate(FOLD)


@dataclass
class Channel:
    """One channel: `joined` once the server said so, `op` where we may set things, `topic` as it is
    now, `asked` the topic that we set last and when; `flying` is the number of the last message that
    is on its way and whose arrival the server has not confirmed: `left` are its lines that are not
    handed over yet, `queued` counts those that wait for their turn, and `flying_at` is when the last
    was sent, 0 before. `keyed`: the channel has our key, so nobody else made it; `made`: we made it, and
    it has no key yet; `locked`: its other modes were set."""

    name: str
    bridge_id: int
    key: str = ""
    joined: bool = False
    op: bool = False
    keyed: bool = False
    made: bool = False
    locked: bool = False
    asked_key: bool = False
    topic: str | None = None
    wanted: str = ""
    asked_at: float = 0.0
    joining_at: float = 0.0
    flying: int = 0
    flying_at: float = 0.0
    left: deque[str] = field(default_factory=deque)
    queued: int = 0
    heads: tuple[int, int] = (-1, -1)
    looked_at: float = 0.0
    members: set[str] = field(default_factory=set)

    @property
    def ours(self) -> bool:
        """Whether what is said in the room may be told in it: anybody may make a channel of this
        name before we do, or walk in before it has its key, and would read it there. The community's
        is for anybody."""
        return self.keyed or not self.key


@dataclass
class Proofs:
    """Who is proved to be whom on this connection: nick!user@host to the id of a user."""

    masks: dict[str, int] = field(default_factory=dict)

    def of(self, mask: str) -> int | None:
        """Whose mask it is."""
        return self.masks.get(folded(mask))

    def prove(self, mask: str, user_id: int) -> None:
        self.masks[folded(mask)] = user_id

    def forget(self, nick: str) -> None:
        """Whoever has this nick now is nobody."""
        start = folded(nick) + "!"
        self.masks = {mask: user for mask, user in self.masks.items() if not mask.startswith(start)}

    def nicks(self, user_id: int) -> list[str]:
        """The nicks of a proved user."""
        return [mask.partition("!")[0] for mask, user in self.masks.items() if user == user_id]

"""What the gateway knows of one IRC channel, and of who is who there. Pure.

A nick proves nothing by itself: there may be no services that guard it. Somebody is proved for as
long as the same nick!user@host is seen without a break in a channel that we are in; who leaves,
changes their nick or comes back proves themselves anew.
"""

from dataclasses import dataclass, field

FOLD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]\\~", "abcdefghijklmnopqrstuvwxyz{}|^")


def folded(name: str) -> str:
    """A nick or channel as IRC compares it (RFC 2812, 2.2)."""
    return name.translate(FOLD)


@dataclass
class Channel:
    """One channel: `joined` once the server said so, `op` where we may set things, `topic` as it is
    now, `asked` the topic that we set last and when; `flying` is the number of the last message that
    was written and whose arrival the server has not confirmed."""

    name: str
    bridge_id: int
    key: str = ""
    joined: bool = False
    op: bool = False
    topic: str | None = None
    wanted: str = ""
    asked_at: float = 0.0
    joining_at: float = 0.0
    flying: int = 0
    flying_at: float = 0.0
    heads: tuple[int, int] = (-1, -1)
    looked_at: float = 0.0
    members: set[str] = field(default_factory=set)


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

"""What a chat with a web API does for a room's bridge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class ChatLine:
    """Something that a person said there. `key` names it for ever, `mark` is where to read on."""

    key: str
    account: str
    name: str
    text: str
    at: datetime
    mark: str


def others(name: str, longest: int) -> list[str]:
    """`name`, and those that stand in for it: name-2, name-3 and so on, none over `longest`."""
    return [name[:longest], *(f"{name[: longest - 2]}-{number}" for number in range(2, 10))]


class Chat(Protocol):
    """One chat, as the gateway uses it. Everything raises PassingFault or PermanentFault, and may be
    asked again: what is there already is found or left."""

    def check(self) -> str:
        """Who we are there."""

    def open(self, name: str, title: str, private: bool, former: str = "") -> str:
        """The id of the channel called `name`, made where it is not. `former` is its id before it was
        archived: it is taken up again, or where the chat does not let us, one of another number is
        made beside it (`others`)."""

    def describe(self, target: str, topic: str) -> None:
        """Set the topic."""

    def bring(self, target: str, emails: Sequence[str], accounts: Sequence[str]) -> None:
        """Bring people in, by their mail address there or their account; others are passed over."""

    def say(self, target: str, text: str, thread: str = "") -> str:
        """Post `text` as it is, without any mark-up; the id of the message."""

    def edit(self, target: str, message: str, text: str) -> None:
        """Give a message of ours another text."""

    def pin(self, target: str, message: str) -> None:
        """Keep it at the top."""

    def read(self, target: str, since: str) -> list[ChatLine]:
        """What people said after the mark `since`, in order."""

    def answer(self, target: str, line: ChatLine, text: str) -> None:
        """Tell whoever said it, and as few others as can be."""

    def name_of(self, account: str) -> str:
        """How the account is shown; the account itself where that cannot be had soon."""

    def close(self, target: str) -> None:
        """Archive the channel."""

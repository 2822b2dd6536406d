"""The connection to an IRC server: registration, the pace of what is sent, and its events.

Only the gateway imports this: the library is not for the web.
"""

import ssl
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from socket import create_connection, socket
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import structlog
from irc.client import Event, InvalidCharacters, MessageTooLong, Reactor, ServerConnection
from irc.client import ServerConnectionError as NotConnected
from jaraco.stream.buffer import LenientDecodingLineBuffer

from onboarding.errors import PassingFault

log = structlog.get_logger()
Sent = Callable[[], None]
DIAL_S = 15.0
QUIET_S, DEAD_S = 45.0, 90.0  # without a word from the server: ask; give the connection up
BURST, EACH_S = 5, 0.5  # lines at once, then one each so many seconds, as servers tolerate
MOST_WAITING = 500  # lines that wait for their turn: `irc_rooms` hands over a few at a time


class _Connection(ServerConnection):  # type: ignore[misc]
    buffer_class = LenientDecodingLineBuffer


class Wire:
    """One connection at a time. `handle(event)` is called for each event, within `turn`."""

    def __init__(self, url: str, password: str, handle: Callable[[Event], None]) -> None:
        self.url = urlsplit(url)
        self.password = password
        self.handle = handle
        self.reactor = Reactor()
        self.reactor.connection_class = _Connection
        self.reactor.add_global_handler("all_events", self._event, 0)
        self.link: ServerConnection = self.reactor.server()
        self.queue: deque[tuple[str, Sent | None]] = deque()
        self.tokens, self.filled_at, self.heard_at, self.asked_at = float(BURST), 0.0, 0.0, 0.0
        self.welcome = False

    @property
    def connected(self) -> bool:
        return bool(self.link.is_connected())

    @property
    def nick(self) -> str:
        """The nick as the server has it."""
        return str(self.link.get_nickname())

    def dial(self) -> None:
        """Connect and register. Raises PassingFault."""
        sasl = "sasl" in parse_qs(self.url.query, keep_blank_values=True)
        nick = self.url.username or "turnup"
        secure = self.url.scheme == "ircs"
        port = self.url.port or (6697 if secure else 6667)
        self.queue.clear()
        self.welcome = False
        try:
            self.link.connect(
                self.url.hostname,
                port,
                nick,
                password=self.password or None,
                username="turnup",
                ircname="Turnup",
                connect_factory=partial(_dialled, self.url, secure),
                sasl_login=nick if sasl else None,
            )
        except (NotConnected, OSError) as away:
            raise PassingFault(f"the IRC server cannot be reached: {away}") from away
        self.tokens, self.filled_at = float(BURST), time.monotonic()
        self.heard_at = self.asked_at = time.monotonic()

    def turn(self, seconds: float) -> None:
        """Take in what the server says, for at most `seconds`, and send what its turn has come."""
        self.reactor.process_once(seconds)
        self._pump()
        quiet = time.monotonic() - max(self.heard_at, self.asked_at)
        if self.connected and time.monotonic() - self.heard_at > DEAD_S:
            self.link.disconnect("The server says nothing any more")
        elif self.connected and quiet > QUIET_S:
            self.asked_at = time.monotonic()
            self.send("PING :alive")

    def send(self, line: str, *, first: bool = False, sent: Sent | None = None) -> None:
        """Send a line when its turn comes, and call `sent` when it has left. Line ends and NUL never
        reach the server."""
        clean = line.translate({13: " ", 10: " ", 0: None})
        if len(self.queue) >= MOST_WAITING:
            log.error("irc.line_dropped", waiting=len(self.queue), line=clean[:80])
            return
        (self.queue.appendleft if first else self.queue.append)((clean, sent))

    def hang_up(self, words: str) -> None:
        """Leave in good order."""
        if self.connected:
            self.link.disconnect(words)

    def _pump(self) -> None:
        now = time.monotonic()
        self.tokens = min(float(BURST), self.tokens + (now - self.filled_at) / EACH_S)
        self.filled_at = now
        while self.queue and self.tokens >= 1 and self.connected and self.welcome:
            self.tokens -= 1
            line, sent = self.queue.popleft()
            try:
                self.link.send_raw(line)
            except (InvalidCharacters, MessageTooLong):
                log.error("irc.line_refused", line=line[:80])  # they are cut to length before
            if sent is not None:
                sent()

    def _event(self, _link: ServerConnection, event: Event) -> None:
        self.heard_at = time.monotonic()
        if event.type == "welcome":
            self.welcome = True
        elif event.type == "nicknameinuse" and not self.welcome:
            self.link.nick(f"{self.nick}_"[:30])
            self.link.real_nickname = f"{self.nick}_"[:30]
        self.handle(event)


def _dialled(url: SplitResult, secure: bool, address: tuple[str, int]) -> socket:
    plain = create_connection(address, timeout=DIAL_S)
    if not secure:
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=url.hostname)


def tag(event: Event, name: str) -> str:
    """The value of a message tag (IRCv3), or an empty text."""
    tags: list[dict[str, Any]] = event.tags or []
    return next((str(one["value"] or "") for one in tags if one["key"] == name), "")

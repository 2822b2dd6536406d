"""The gateway: long-lived connections, of rooms with chats and of mail that comes in. One is active,
others stand by.

A lease with a fencing number decides which (`bridges.leases`). IRC has a thread of its own; what goes
out over HTTP goes by a small pool for each chat, so that one that hangs delays no other. A part that
breaks is begun again with a growing pause; whoever stops gives the lease up and leaves in good order.
"""

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import FrameType

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from onboarding.bridges.carrying import Carriers
from onboarding.bridges.holding import Lease
from onboarding.bridges.irc_link import IrcLink
from onboarding.config import settings
from onboarding.db import db
from onboarding.inbox.listener import Listener
from onboarding.inbox.mailbox import EACH_S, Reader
from onboarding.rooms import commands
from onboarding.trail.log import Actor

log = structlog.get_logger()
TEND_S = 1.0
PAUSES_S = (1, 2, 5, 15, 60)
OBEYING = 4  # commands at once; each may wait some seconds for a conductor


class Gateway:
    """One gateway process. `stop` may be called from a signal handler or another thread."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.lease = Lease(f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}")
        self.stopping = threading.Event()
        self.pool = ThreadPoolExecutor(OBEYING, "obey")

    def stop(self) -> None:
        """End soon."""
        self.stopping.set()

    def run(self) -> None:
        """Carry until told to stop; then give the lease back."""
        kinds = settings().bridged_to
        log.info("gateway.started", holder=self.lease.holder, bridges=", ".join(kinds) or "none")
        parts = {"http": self._http} | ({"irc": self._irc} if "irc" in kinds else {})
        parts |= {"mail": self._mail} if settings().mail_listen else {}
        parts |= {"imap": self._imap} if settings().imap_url else {}
        threads = [
            threading.Thread(target=self._kept, args=(name, part), name=name)
            for name, part in parts.items()
        ]
        for thread in threads:
            thread.start()
        while not self.stopping.is_set():
            self._tend(self.lease.tend)
            self.stopping.wait(TEND_S)
        for thread in threads:
            thread.join()
        self.pool.shutdown()
        self._tend(self.lease.give_up)
        log.info("gateway.stopped", holder=self.lease.holder)

    def _tend(self, act: Callable[[], None]) -> None:
        with self.app.app_context():
            try:
                act()
            except DBAPIError as away:
                log.error("gateway.database", error=str(away.orig))
            finally:
                db.session.remove()

    def _kept(self, name: str, part: Callable[[], None]) -> None:
        """Run a part until we stop, begun again when it breaks."""
        broken = 0
        while not self.stopping.is_set():
            try:
                part()
                return
            except Exception as error:
                pause = PAUSES_S[min(broken, len(PAUSES_S) - 1)]
                broken += 1
                self.lease.facts[name] = f"broken: {error}; begun again in {pause} s"
                log.error("gateway.part_broken", part=name, again_in_s=pause, exc_info=error)
                self.stopping.wait(pause)

    def _irc(self) -> None:
        with self.app.app_context():
            link = IrcLink(self.lease, self.obey)
            try:
                while not self.stopping.is_set():
                    link.turn()
            finally:
                link.close()

    def _mail(self) -> None:
        with closing(Listener(self.app, self.lease)) as listener:
            while not self.stopping.is_set():
                listener.turn()
                self.stopping.wait(TEND_S / 4)

    def _imap(self) -> None:
        with self.app.app_context(), closing(Reader(self.lease)) as reader:
            while not self.stopping.is_set():
                reader.turn()
                self.stopping.wait(EACH_S if reader.client else TEND_S / 4)

    def _http(self) -> None:
        with self.app.app_context(), Carriers(self.app, self.lease) as carriers:
            while not self.stopping.is_set():
                carriers.turn()
                self.stopping.wait(carriers.EACH_S)

    def obey(self, acting: Actor, user_id: int, room_id: int, number: int, text: str) -> None:
        """Carry a command out beside the connection: it may have to wait for a conductor."""
        self.pool.submit(self._obey, acting, user_id, room_id, number, text)

    def _obey(self, acting: Actor, user_id: int, room_id: int, number: int, text: str) -> None:
        with self.app.app_context():
            try:
                commands.obey(acting, user_id, room_id, number, text)
            except Exception as error:  # a pool keeps it to itself: it is said here
                log.error("gateway.command", room=room_id, number=number, exc_info=error)
            finally:
                db.session.remove()


def run(app: Flask) -> None:
    """Run a gateway in this process until SIGTERM or SIGINT."""
    gateway = Gateway(app)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        gateway.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    gateway.run()

"""Mail over SMTP (RFC 5321), taken for our own addresses only and kept before it is said to be.

It stands behind the operator's mail server, which passes mail on to it. Only the gateway imports this.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy.exc import DBAPIError

from onboarding.bridges.holding import Lease
from onboarding.clock import ticks
from onboarding.config import settings
from onboarding.db import db
from onboarding.errors import BadInput
from onboarding.inbox import jobs
from onboarding.inbox.doors import Doors
from onboarding.people.reply_addresses import comes_here

log = structlog.get_logger()
KEEPING = 4  # mails written at once
IDLE_S = 120.0
GRACE_S = 20.0  # after the lease was lost, so that large mails on their way arrive
LATER = "451 4.3.0 It cannot be kept just now; try again later"


class Listener:
    """Listens while this gateway is the active one. One thread calls `turn` again and again."""

    def __init__(self, app: Flask, lease: Lease) -> None:
        self.lease = lease
        self.pool = ThreadPoolExecutor(KEEPING, "mail")
        self.handler = Handler(app, self.pool)
        self.controller: Doors | None = None
        self.good_at = 0.0

    def close(self) -> None:
        """Take no more mail."""
        self._stop()
        self.pool.shutdown()

    def turn(self) -> None:
        """Begin to listen, or stop, as the lease says. Raises OSError where the port is taken, or the
        certificate cannot be read.

        A lease that lapses for a moment hangs up on nobody: a mail that is kept twice is one mail.
        """
        if self.lease.good():
            self.good_at = ticks()
            if self.controller is None:
                self._start()
        elif self.controller is not None and ticks() - self.good_at > GRACE_S:
            self._stop()

    def _start(self) -> None:
        host, _, port = settings().mail_listen.rpartition(":")
        controller = Doors(
            self.handler,
            hostname=host.strip("[]"),
            port=int(port),
            server_hostname=settings().mail_in.rpartition("@")[2],
            ident="Turnup",
            data_size_limit=settings().mail_largest_mb * 1024 * 1024,
            decode_data=False,
            enable_SMTPUTF8=True,
            timeout=IDLE_S,
        )
        controller.start()
        self.controller = controller
        self.lease.facts["mail"] = f"listening on {settings().mail_listen}"
        log.info("mail.listening", address=settings().mail_listen)

    def _stop(self) -> None:
        controller, self.controller = self.controller, None
        if controller is not None:
            controller.stop()


class Handler:
    """What is answered to each step of a mail; the names are aiosmtpd's."""

    def __init__(self, app: Flask, pool: ThreadPoolExecutor) -> None:
        self.app, self.pool = app, pool

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if not comes_here(address):
            return "550 5.1.1 No mail is taken for this address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, self._keep, session, envelope)

    async def handle_exception(self, error: Exception) -> str:
        log.error("mail.broken", exc_info=error)
        return LATER

    def _keep(self, session: Session, envelope: Envelope) -> str:
        raw, returns_to = envelope.content, envelope.mail_from
        raw = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw or b""
        with self.app.app_context():
            try:
                number = jobs.keep(raw, envelope.rcpt_tos, returns_to, "smtp")
            except BadInput as refused:
                return f"554 5.6.0 {refused.line()}".encode("ascii", "replace").decode()
            except DBAPIError as away:
                log.error("mail.database", error=str(away.orig))
                return LATER
            except Exception as error:
                log.error("mail.broken", peer=session.peer, exc_info=error)
                return LATER
            finally:
                db.session.remove()
        return f"250 2.6.0 Kept as mail {number}"

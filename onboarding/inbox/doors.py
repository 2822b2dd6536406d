"""One connection of a mail server to our listener: how many at once, and encrypted where it asks."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from onboarding.config import settings
from onboarding.inbox.keeping import largest_hint

log = structlog.get_logger()
TOO_MANY = b"421 4.7.0 Too many connections at once; try again later\r\n"


class Certificate:
    """The server's certificate of STARTTLS (RFC 3207), read anew when its file has changed."""

    def __init__(self, chain: str, key: str) -> None:
        """Both are paths of PEM files; the key stands in `chain` where `key` is empty. Raises
        OSError where they cannot be read or do not belong together."""
        self.files = (Path(chain), Path(key or chain))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.read_at = self._changed()
        self.context.load_cert_chain(*self.files)

    def refresh(self) -> None:
        """A renewed certificate that cannot be read leaves the one before in place."""
        try:
            changed = self._changed()
            if changed != self.read_at:
                self.context.load_cert_chain(*self.files)
                self.read_at = changed
                log.info("mail.certificate", file=str(self.files[0]))
        except OSError as wrong:
            log.error("mail.certificate_unreadable", file=str(self.files[0]), error=str(wrong))

    def _changed(self) -> tuple[float, ...]:
        return tuple(file.stat().st_mtime for file in self.files)


class Doors(Controller):
    """Listens, with at most `mail_connections` at once."""

    def __init__(self, handler: Any, **kwargs: Any) -> None:
        chain = settings().mail_tls_cert
        self.certificate = Certificate(chain, settings().mail_tls_key) if chain else None
        if self.certificate is not None:
            kwargs["tls_context"] = self.certificate.context
        self.inside: set[Door] = set()
        super().__init__(handler, **kwargs)

    def factory(self) -> SMTP:
        if self.certificate is not None:
            self.certificate.refresh()
        return Door(self)


class Door(SMTP):
    """As aiosmtpd has it, for mails of real life: longer lines, and a limit that says what to do."""

    line_length_limit = 1024 * 1024

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        super().__init__(doors.handler, **doors.SMTP_kwargs)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called anew when a connection becomes an encrypted one."""
        full = len(self.doors.inside) >= settings().mail_connections
        if full and self not in self.doors.inside:
            assert isinstance(transport, asyncio.WriteTransport), "a connection can be written to"
            transport.write(TOO_MANY)
            transport.close()
            return
        self.doors.inside.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self.doors.inside:
            self.doors.inside.remove(self)
            super().connection_lost(error)

    async def push(self, status: str | bytes) -> None:
        text = status.decode() if isinstance(status, bytes) else status
        if text.startswith("552"):
            text = f"552 5.3.4 This mail is too large: {largest_hint(settings().mail_largest_mb)}"
        await super().push(text)

"""A mail server that takes everything and keeps it, and a mail program that sends."""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.programs import wait_until


@dataclass
class Sink:
    """What arrived, as it came."""

    url: str
    raws: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.raws.append(envelope.content)
        return "250 OK"

    def mails(self, to: str, subject: str = "") -> list[EmailMessage]:
        """Those to this address whose subject holds these words."""
        found = [message_from_bytes(raw, EmailMessage, policy=policy.default) for raw in self.raws]
        return [one for one in found if to in str(one["To"]) and subject in str(one["Subject"])]

    def awaited(self, to: str, subject: str = "", seconds: float = 60.0) -> EmailMessage:
        """The newest of them, once there is one."""
        wait_until(lambda: self.mails(to, subject), f"{to} has mail: {subject}", seconds)
        return self.mails(to, subject)[-1]


@contextmanager
def smtp_sink(port: int) -> Iterator[Sink]:
    """A server at smtp://127.0.0.1:port."""
    sink = Sink(f"smtp://127.0.0.1:{port}")
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def send(port: int, raw: bytes, to: Sequence[str], sender: str = "somebody@else.example") -> None:
    """Give one mail to the server at the port, as another mail server does."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
        server.sendmail(sender, to, raw)


def written(sender: str, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """A mail as somebody writes it; `In_Reply_To="<…>"` and the like for further headers."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message

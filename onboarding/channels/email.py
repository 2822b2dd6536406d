"""Mail over SMTP (RFC 5321), with a Message-ID made of the letter's key (RFC 5322)."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from onboarding.channels.base import Letter
from onboarding.errors import PassingFault, PermanentFault

TIMEOUT_S = 15


class EmailChannel:
    """Sends through the server at `url`: `smtp://`, `smtps://`, `user:password@`, `?starttls=1`."""

    def __init__(self, url: str, sender: str) -> None:
        self.url = urlsplit(url)
        self.sender = sender

    def send(self, letter: Letter) -> str:
        message = self._message(letter)
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPResponseException as refused:
            text = f"the mail server refused: {refused.smtp_code} {refused.smtp_error!r}"
            raise (PermanentFault if refused.smtp_code >= 500 else PassingFault)(text) from refused
        except smtplib.SMTPRecipientsRefused as refused:
            raise _recipient_fault(refused) from refused
        except (OSError, smtplib.SMTPException) as away:
            raise PassingFault(f"the mail server did not answer: {away}") from away
        return str(message["Message-ID"])

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"] = self.sender
            message["To"] = letter.recipient
            message["Subject"] = letter.subject
        except ValueError as wrong:  # a line break in a header
            raise PermanentFault(f"the address or subject is unusable: {wrong}") from wrong
        message["Date"] = formatdate(localtime=False)
        domain = self.sender.rpartition("@")[2].rstrip(">") or "localhost"
        message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:40]}@{domain}>"
        for name, value in letter.extra.get("headers", {}).items():
            message[name] = value
        message.set_content(letter.text)
        if calendar := letter.extra.get("calendar"):  # iMIP, RFC 6047: an alternative, not a file
            params = {"method": calendar["method"], "name": "standby.ics"}
            message.add_alternative(calendar["text"], subtype="calendar", params=params)
        return message

    def _connect(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "localhost", self.url.port
        if self.url.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_S)
            if "starttls" in self.url.query:
                server.starttls(context=ssl.create_default_context())
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server


def _recipient_fault(refused: smtplib.SMTPRecipientsRefused) -> PassingFault | PermanentFault:
    address, (code, said) = next(iter(refused.recipients.items()))
    fault = PermanentFault if code >= 500 else PassingFault
    return fault(f"the mail server refused {address}: {code} {said!r}")

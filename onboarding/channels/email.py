"""Mail over SMTP (RFC 5321), with a Message-ID made of the letter's key (RFC 5322)."""

import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from email.utils import formatdate
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from onboarding.channels.base import OURS, Letter, message_id
from onboarding.clock import ticks
from onboarding.errors import PassingFault, PermanentFault

TIMEOUT_S = 15
IDLE_S = 2.0  # seconds without a letter after which a server may have hung up


class Remembering(policy.EmailPolicy):
    """Mail's policy that takes apart and folds a header once: most of a letter's are those of the
    letter before, and to read them anew costs half of a letter."""

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        """As the policy says, from memory where it was asked before."""
        return _parsed(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """As the policy says, from memory where it was asked before."""
        return _folded(self.max_line_length, self.linesep, self.utf8, name, value)


@lru_cache(maxsize=5000)
def _parsed(name: str, value: str) -> tuple[str, str]:
    return policy.SMTP.header_store_parse(name, value)


@lru_cache(maxsize=5000)
def _folded(longest: int | None, linesep: str, utf8: bool, name: str, value: str) -> bytes:
    like = policy.EmailPolicy(max_line_length=longest, linesep=linesep, utf8=utf8)
    return like.fold_binary(name, value)


ANY = Remembering(linesep="\r\n")
#: Lines as long as RFC 5322 allows where nothing has to be encoded: to fold costs most of a letter.
PLAIN = ANY.clone(max_line_length=998)


class EmailChannel:
    """Sends through the server at `url`: `smtp://`, `smtps://`, `user:password@`, `?starttls=1`.

    `extra`: `html` (the same in HTML),
    `headers`, `thread` (a key: letters with the same are one conversation), `replies` (the key of
    the letter that this one answers), `calendar`.
    """

    def __init__(self, url: str, sender: str) -> None:
        self.url = urlsplit(url)
        self.sender = sender
        self.kept = False
        self._server: smtplib.SMTP | None = None
        self._used = 0.0

    def send(self, letter: Letter) -> str:
        message = self._message(letter)
        try:
            self._connected().send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _recipient_fault(refused) from refused
        except (smtplib.SMTPException, OSError) as wrong:
            self.close()
            raise _fault(wrong) from wrong
        finally:
            if not self.kept:
                self.close()
        return str(message["Message-ID"])

    def keep(self) -> None:
        """Keep the connection from letter to letter, until `close`."""
        self.kept = True

    def close(self) -> None:
        """Hang up, where there is a connection."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()  # it had hung up already

    def _connected(self) -> smtplib.SMTP:
        """The connection, made anew where the server has closed it in between: found out by a NOOP,
        for a message that is cut off on its way may have been taken."""
        if self._server is not None and ticks() - self._used > IDLE_S:
            try:
                self._server.noop()
            except (smtplib.SMTPException, OSError):
                self._server.close()
                self._server = None
        if self._server is None:
            self._server = self._connect()
        self._used = ticks()
        return self._server

    def _message(self, letter: Letter) -> EmailMessage:
        headers = letter.extra.get("headers", {})
        said = (letter.recipient, letter.subject, self.sender, *headers.values())
        message = EmailMessage(PLAIN if all(map(str.isascii, said)) else ANY)
        try:
            message["From"] = self.sender
            message["To"] = letter.recipient
            message["Subject"] = letter.subject
        except ValueError as wrong:  # a line break in a header
            raise PermanentFault(f"the address or subject is unusable: {wrong}") from wrong
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = self._id(letter.key)
        message[OURS] = message["Message-ID"]
        self._thread(message, letter)
        try:
            for name, value in headers.items():
                message[name] = value
        except ValueError as wrong:
            raise PermanentFault(f"a header is unusable: {wrong}") from wrong
        message.set_content(letter.text)
        if html := letter.extra.get("html"):
            message.add_alternative(html, subtype="html")
        if calendar := letter.extra.get("calendar"):  # iMIP, RFC 6047: an alternative, not a file
            params = {"method": calendar["method"], "name": "standby.ics"}
            message.add_alternative(calendar["text"], subtype="calendar", params=params)
        return message

    def _id(self, key: str) -> str:
        return message_id(key, self.sender)

    def _thread(self, message: EmailMessage, letter: Letter) -> None:
        """In-Reply-To and References (RFC 5322, 3.6.4). The first of a thread refers to a message
        that nobody has, as the later ones do: mail programs then show all of them together."""
        keys = [letter.extra.get("thread"), letter.extra.get("replies")]
        ids = [self._id(key) for key in keys if key]
        if ids:
            message["In-Reply-To"] = ids[-1]
            message["References"] = " ".join(ids)

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


def _fault(wrong: Exception) -> PassingFault | PermanentFault:
    if isinstance(wrong, smtplib.SMTPResponseException):
        text = f"the mail server refused: {wrong.smtp_code} {wrong.smtp_error!r}"
        return (PermanentFault if wrong.smtp_code >= 500 else PassingFault)(text)
    return PassingFault(f"the mail server did not answer: {wrong}")


def _recipient_fault(refused: smtplib.SMTPRecipientsRefused) -> PassingFault | PermanentFault:
    address, (code, said) = next(iter(refused.recipients.items()))
    fault = PermanentFault if code >= 500 else PassingFault
    return fault(f"the mail server refused {address}: {code} {said!r}")

"""A mailbox that is read over IMAP (RFC 3501): each mail is kept, then marked as seen.

How far it was read is committed together with the mail, so that whoever dies in between neither
loses a mail nor keeps one twice. Only the gateway imports this.
"""

import imaplib
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from onboarding import clock
from onboarding.bridges.holding import Lease
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.errors import BadInput, PassingFault
from onboarding.faults import fault_point
from onboarding.inbox import jobs
from onboarding.inbox.models import Mailbox
from onboarding.vault import secret

log = structlog.get_logger()
EACH_S = 5.0
TIMEOUT_S = 30
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Reader:
    """Reads while this gateway is the active one. One thread calls `turn` again and again."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.address: SplitResult = urlsplit(settings().imap_url)
        self.folder = unquote(self.address.path.lstrip("/")) or "INBOX"
        self.name = f"{self.address.username}@{self.address.hostname}/{self.folder}"
        self.client: imaplib.IMAP4 | None = None

    def turn(self) -> None:
        """Read what is new. Within an app context. Raises PassingFault where the server is away."""
        if not self.lease.good():
            self.close()
            return
        try:
            self._read(self.client or self._connect())
        except (imaplib.IMAP4.error, OSError) as away:
            self.close()
            raise PassingFault(f"the mailbox {self.name} cannot be read: {away}") from away
        finally:
            db.session.remove()
        self.lease.facts["imap"] = f"reading {self.name}"

    def close(self) -> None:
        """Log out, where we are logged in."""
        client, self.client = self.client, None
        if client is not None:
            try:
                client.logout()
            except (imaplib.IMAP4.error, OSError):
                client.shutdown()

    def _connect(self) -> imaplib.IMAP4:
        host, port = self.address.hostname or "localhost", self.address.port
        if self.address.scheme == "imaps":
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, port or 993, timeout=TIMEOUT_S)
        else:
            client = imaplib.IMAP4(host, port or 143, timeout=TIMEOUT_S)
        self.client = client
        client.login(unquote(self.address.username or ""), secret("imap", "TURNUP_SECRET_IMAP"))
        return client

    def _read(self, client: imaplib.IMAP4) -> None:
        _said(client.select(_quoted(self.folder)))
        validity, following = (
            int((client.response(name)[1][0] or b"0").decode())
            for name in ("UIDVALIDITY", "UIDNEXT")
        )
        last, new = self._known(validity)
        if last:  # those of before a crash, kept and not marked
            self._mark(client, _numbers(client, f"UNSEEN UID 1:{last}"))
        wanted = "UNSEEN " if new else ""
        for uid in _numbers(client, f"{wanted}UID {last + 1}:*"):
            if uid > last:
                self._keep(client, validity, uid)
        with transaction() as session:
            row = session.get_one(Mailbox, self.name)
            row.read_at = clock.now()
            row.last_uid = max(row.last_uid, following - 1)  # what was seen before we came

    def _known(self, validity: int) -> tuple[int, bool]:
        """(the last mail that was kept, whether the mailbox was never read to its end): of one that
        is new to us only what nobody has seen counts."""
        with transaction() as session:
            row = session.get(Mailbox, self.name)
            if row is None:
                row = Mailbox(name=self.name, uid_validity=validity, last_uid=0)
                session.add(row)
            elif row.uid_validity != validity:  # numbered anew: by their keys no mail comes twice
                row.uid_validity, row.last_uid, row.read_at = validity, 0, None
            return row.last_uid, row.read_at is None

    def _keep(self, client: imaplib.IMAP4, validity: int, uid: int) -> None:
        size = _SIZE.search(_fetched(client, uid, "RFC822.SIZE"))
        try:
            jobs.check_size(int(size[1]) if size else 0)
            raw, why = _fetched(client, uid, "BODY.PEEK[]"), ""
        except BadInput as large:
            raw, why = _fetched(client, uid, "BODY.PEEK[HEADER]"), large.line()
        self.lease.check()
        jobs.keep_from(self.name, validity, uid, raw, why)
        fault_point("imap.kept")
        self._mark(client, [uid])

    def _mark(self, client: imaplib.IMAP4, uids: Sequence[int]) -> None:
        for uid in uids:
            _said(client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)"))


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"the server said {kind}: {data!r}")
    return data


def _numbers(client: imaplib.IMAP4, wanted: str) -> list[int]:
    found = _said(client.uid("SEARCH", wanted))
    return sorted(int(one) for one in (found[0] or b"").split())


def _fetched(client: imaplib.IMAP4, uid: int, what: str) -> bytes:
    """What the server says of one mail: a literal where there is one, else the line."""
    for part in _said(client.uid("FETCH", str(uid), f"({what})")):
        if isinstance(part, tuple):
            return bytes(part[1])
        if part:
            return bytes(part)
    raise imaplib.IMAP4.error(f"mail {uid} is gone")

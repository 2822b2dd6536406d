"""The edge of mail that comes in, whoever brings it: a command, a listener, a mailbox."""

import re
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from onboarding import clock
from onboarding.config import settings
from onboarding.db import after_commit, db, transaction
from onboarding.errors import BadInput, TurnupError
from onboarding.inbox import actions, keeping, queries
from onboarding.inbox.mail import Mail, read
from onboarding.inbox.models import Mailbox
from onboarding.people.reply_addresses import tag_of
from onboarding.queues import enqueue
from onboarding.rosters import replies

log = structlog.get_logger()
#: How long a mail may lie before the sweep takes it: whoever kept it has asked a worker to.
PATIENCE = timedelta(seconds=8)
LIGHT = 2 * 1024 * 1024  # bytes of a mail that is read in no time
#: The tags of emergency addresses, and of signed ones that somebody answers to.
SAYS_WHAT = re.compile(r"e-[a-z2-7]{16}|[a-z]\d+-\d+-[0-9a-f]+")


def keep(
    raw: bytes,
    recipients: Sequence[str] = (),
    returns_to: str | None = None,
    source: str = "pipe",
) -> int:
    """Keep one raw mail, whole, once however often it comes, and have a worker do what it says.
    `recipients` and `returns_to` are those of its envelope, where they are known. Returns its
    number. Raises BadInput for nothing at all, or more than the setting `mail_largest_mb`."""
    check_size(len(raw))
    folded = [one.lower() for one in recipients]
    with transaction() as session:
        row = keeping.keep(session, raw, folded, returns_to, source)
        number = row.id
        if row.outcome == "kept":
            queue = _queue(len(raw), folded)
            after_commit(f"mail:{number}", lambda: _ask(number, queue))
    return number


def _queue(size: int, recipients: Sequence[str]) -> str:
    """Who reads it: a large mail takes seconds, for which no page waits, save an emergency's own."""
    emergency = any(tag_of(one).startswith("e-") for one in recipients)
    return "urgent" if size <= LIGHT or emergency else "default"


def keep_from(name: str, validity: int, uid: int, raw: bytes, too_large: str = "") -> None:
    """Keep the mail `uid` of a mailbox, and how far the mailbox was read, in one transaction. Of one
    that is `too_large` (why) only the headers are in `raw`; the mail stays where it is."""
    with transaction() as session:
        row = session.get_one(Mailbox, name)
        if row.uid_validity != validity or row.last_uid >= uid:
            return
        row.last_uid = uid
        if not raw.strip():
            return
        kept = keeping.keep(session, raw, (), None, "imap")
        number = kept.id
        if too_large and kept.outcome == "kept":
            why = f"{too_large}; it is in the mailbox {name} still"
            keeping.refuse(session, kept, read(raw), why)
        elif kept.outcome == "kept":
            queue = _queue(len(raw), ())
            after_commit(f"mail:{number}", lambda: _ask(number, queue))


def check_size(size: int) -> None:
    """Raises BadInput for more bytes than are taken."""
    most = settings().mail_largest_mb
    if size > most * 1024 * 1024:
        raise BadInput("this mail is too large", hint=keeping.largest_hint(most))


def _ask(number: int, queue: str) -> None:
    enqueue(queue, "onboarding.inbox.jobs.handle", number)


def handle(number: int) -> None:
    """Do what a kept mail says, once."""
    with transaction() as session:
        row = keeping.begin(session, number)
        if row is None:
            return
        if row.tries > keeping.MOST_TRIES:
            actions.give_up(session, row)
            return
        raw, recipients, returns_to = row.raw or b"", row.recipients, row.returns_to
    mail = read(raw, recipients, returns_to)
    try:
        if mail.calendar is not None and _is_reply(mail, mail.calendar):
            _take_calendar(number, mail, mail.calendar)
            return
        with transaction() as session:
            row = queries.get(session, number, lock=True)
            if row.outcome == "kept":  # else another worker did it meanwhile
                actions.act(session, row, mail)
    except TurnupError as fault:
        with transaction() as session:
            actions.refuse(session, queries.get(session, number, lock=True), mail, fault)


def _is_reply(mail: Mail, part: bytes) -> bool:
    """Whether a calendar answers an invitation. Where the address says what a mail is about, that
    goes first: its calendar part is then something that was attached."""
    addressed = any(SAYS_WHAT.fullmatch(tag_of(one)) for one in mail.recipients)
    return not addressed and replies.is_reply(part)


def _take_calendar(number: int, mail: Mail, part: bytes) -> None:
    """What a calendar answers to an invitation. It is the same however often it is done."""
    outcome = replies.take(part, mail.sender)
    with transaction() as session:
        keeping.note(session, queries.get(session, number, lock=True), mail, outcome)


def take(raw: bytes, recipients: Sequence[str] = ()) -> tuple[str, str]:
    """`keep` one raw mail and `handle` it at once. Returns the outcome (a word of `InboundMail`)
    and why it was refused."""
    number = keep(raw, recipients)
    try:
        handle(number)
    except DBAPIError as away:  # it is kept: the sweep does what it says
        log.warning("mail.later", mail=number, error=str(away.orig))
    with transaction() as session:
        row = queries.get(session, number)
        return row.outcome, row.why


def sweep() -> None:
    """Handle what was kept and never handled: Redis or a worker was away. One that breaks stops no
    other."""
    errors = []
    for number in list(queries.left(db.session(), clock.now() - PATIENCE)):
        try:
            handle(number)
        except Exception as error:
            log.error("mail.failed", mail=number, exc_info=error)
            errors.append(error)
    if errors:
        raise errors[0]


def forget() -> None:
    """Drop the contents of old mails that nobody has to look at."""
    with transaction() as session:
        keeping.forget(session, settings().mail_kept_days)

"""The edge of mail that comes in, whoever brings it: a command, or a gateway."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from onboarding.db import transaction
from onboarding.errors import TurnupError
from onboarding.inbox import actions, queries
from onboarding.inbox.mail import Mail, read
from onboarding.rosters import replies


def take(raw: bytes, recipients: Sequence[str] = ()) -> tuple[str, str]:
    """Do what one raw mail says, once however often it comes; `recipients` are those of its
    envelope, where they are known. Returns the outcome (a word of `InboundMail`) and why it was
    refused. Raises BadInput for what is no mail at all."""
    mail = read(raw)
    mail = replace(mail, recipients=(*(one.lower() for one in recipients), *mail.recipients))
    with transaction() as session:
        before = queries.known(session, mail.key)
        if before is not None:
            return before.outcome, before.why
    try:
        if mail.calendar is not None:
            outcome = _take_calendar(mail, mail.calendar)
        else:
            with transaction() as session:
                outcome = actions.answer_item(session, mail)
                actions.note(session, mail, outcome)
    except IntegrityError:  # the same mail came in twice at once: the other one did it
        with transaction() as session:
            before = queries.known(session, mail.key)
            if before is None:
                raise
            return before.outcome, before.why
    except TurnupError as fault:
        with transaction() as session:
            actions.keep_refused(session, mail, raw, fault)
        return "refused", fault.line()
    return outcome, ""


def _take_calendar(mail: Mail, part: bytes) -> str:
    """What a calendar answers to an invitation. It is the same however often it is done."""
    outcome = replies.take(part, mail.sender)
    with transaction() as session:
        actions.note(session, mail, outcome)
    return outcome

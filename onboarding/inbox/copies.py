"""Whom a mail about a ticket was copied to: addresses of people, beside us and its sender."""

import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.customers.queries import customer_of
from onboarding.inbox.mail import Mail
from onboarding.people.models import User
from onboarding.people.reply_addresses import ours
from onboarding.tickets import following
from onboarding.tickets.models import Ticket
from onboarding.trail.log import Actor

MAIL = Actor("mail", "mail")
#: Addresses behind which nobody reads, by their part before the @, and those of mailing lists.
_MACHINE = re.compile(
    r"(no|do[-_.]?not)[-_.]?reply.*|.*[-_.+](no|donot)[-_.]?reply|mailer-daemon|postmaster|"
    r"(.*[-_.+])?bounces?([-_.+=].*)?|notifications?|listserv|majordomo|"
    r"owner-.*|.*-(owner|request|list|subscribe|unsubscribe)"
)
_LISTS = re.compile(r"(.*\.)?lists?\..+|(.*\.)?(googlegroups\.com|groups\.io|freelists\.org)")


def of(mail: Mail) -> list[str]:
    """The addresses in its To and Cc that may be people's, as they were written. A mail that a
    machine wrote, or that came by a list, was copied to nobody in particular."""
    if mail.automatic or mail.spam:
        return []
    found = (one for one in mail.copied if one != mail.sender and not ours(one))
    return [one for one in found if not _nobody(one)]


def _nobody(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    return bool(_MACHINE.fullmatch(local) or _LISTS.fullmatch(domain))


def look(session: Session, mail: Mail, ticket: Ticket) -> None:
    """Those of the ticket's customer follow it where the sender is one of them too; anybody else is
    shown to staff. A From alone adds no stranger, whoever it says it is of."""
    found = of(mail)
    if found:
        known = recognised(session, mail, ticket)
        following.copied(session, MAIL, ticket.id, found, recognised=known)


def recognised(session: Session, mail: Mail, ticket: Ticket) -> bool:
    """Whether the sender is a person of the ticket's customer, and no mail server says otherwise:
    who merely asked, or holds one of its addresses, is not."""
    if not mail.sender or mail.doubted or ticket.customer_id is None:
        return False
    query = select(User).where(func.lower(User.email) == mail.sender, User.active)
    user = session.scalars(query.where(User.role == "customer")).unique().one_or_none()
    customer = customer_of(session, user) if user is not None else None
    return customer is not None and customer.id == ticket.customer_id

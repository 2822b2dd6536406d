"""Do what a mail says: page, answer a page, work a checklist item, ask; and say why nothing was done."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.checklists import actions as checklists
from onboarding.checklists import queries as items
from onboarding.checklists import remarks
from onboarding.checklists.attached import attached
from onboarding.checklists.holding import person
from onboarding.checklists.models import ChecklistItem
from onboarding.config import settings
from onboarding.customers.queries import visible_turnup
from onboarding.errors import BadInput, NotAllowed, Refused, TurnupError
from onboarding.inbox import asking, emergency, keeping
from onboarding.inbox.mail import File, Mail
from onboarding.inbox.models import InboundMail
from onboarding.inbox.words import Answer, answer, page_verb
from onboarding.outbox.actions import post
from onboarding.paging import actions as paging
from onboarding.paging import queries as pages
from onboarding.people import reply_addresses
from onboarding.people.models import User
from onboarding.trail.log import Actor

#: What a signed address can be about, each with the path of its page.
PATHS = {"item": "/checklist-items/", "page": "/pages/", "ticket": "/tickets/"}


def act(session: Session, row: InboundMail, mail: Mail) -> None:
    """Do what the mail says, and note it. Raises what refuses it; nothing was done then."""
    if mail.looped:
        raise Refused(
            "This mail is one that Turnup sent, or it goes round", hint="nothing was done"
        )
    for one in mail.recipients:
        found = emergency.opened(session, one)
        if found is not None:
            ticket = emergency.page(session, mail, found)
            keeping.note(session, row, mail, "paged", asking.link(ticket))
            return
    about = addressed(session, mail)
    if about is None:
        asking.bring(session, row, mail)
        return
    kind, number, user = about
    outcome = ANSWERS[kind](session, number, user, mail)
    keeping.note(session, row, mail, outcome, f"{PATHS[kind]}{number}")


def addressed(session: Session, mail: Mail) -> tuple[str, int, User] | None:
    """(kind, number, person) the mail is about; None where no address is of the kind that we give
    out. Raises NotAllowed where it was not given to the sender, or a machine wrote the mail."""
    about = _opened(session, mail.recipients)
    if about is None:
        return None
    kind, _, user = about
    theirs = {user.email.lower()}
    if kind == "page":  # which goes wherever somebody wants to be reached
        theirs |= {one.address.lower() for one in pages.reaches(session, user.id)}
    if mail.sender not in theirs:
        hint = "answer from the address that was written to"
        raise NotAllowed("The address belongs to somebody else than the sender", hint=hint)
    if mail.automatic:
        raise NotAllowed("A machine wrote this mail", hint="nothing was done")
    return about


def _opened(session: Session, recipients: Sequence[str]) -> tuple[str, int, User] | None:
    for one in recipients:
        for kind in PATHS:
            found = reply_addresses.opened(session, kind, one)
            if found is not None:
                return kind, *found
    return None


def answer_page(session: Session, number: int, user: User, mail: Mail) -> str:
    """Take the page, or say that it is over: acknowledged or resolved. Raises what those raise, and
    BadInput for words that say neither: nobody may believe that they have it."""
    verb, actor = page_verb(mail.words), Actor(f"user:{user.id}", "mail")
    if verb == "acknowledge":
        paging.acknowledge(session, actor, user, number)
        return "acknowledged"
    if verb == "resolve":
        paging.resolve(session, actor, number, "by mail")
        return "resolved"
    hint = "begin with ACK to take it, or with RESOLVED where it is over"
    raise BadInput("Your mail says neither that you have the page nor that it is over", hint=hint)


def answer_item(session: Session, item_id: int, user: User, mail: Mail) -> str:
    """Tick, sign, or note on an item what its person says by mail: done, signed, stuck or said.
    Raises what those raise."""
    row, checklist = items.item(session, item_id)
    visible_turnup(session, user, checklist.turnup_id)
    actor, said = Actor(f"user:{user.id}", "mail"), answer(mail.words)
    if said.verb == "done":
        return _done(session, actor, row, said, mail.files)
    if said.verb == "stuck":
        checklists.say_stuck(session, actor, item_id, said.words[:1000])
        return "stuck"
    remarks.say(session, actor, item_id, said.words)
    return "said"


def _done(
    session: Session, actor: Actor, row: ChecklistItem, said: Answer, files: Sequence[File]
) -> str:
    sign_off = row.definition.get("sign_off", "")
    if row.state == "done" and sign_off and person(session, actor).acts_for(sign_off):
        checklists.sign(session, actor, row.id)
        return "signed"
    wanted = row.definition.get("evidence", ())
    link = said.link if "link" in wanted else ""
    file = attached(files[0].name, files[0].content) if files else None
    checklists.tick(session, actor, row.id, said.words, link, file)
    return "done"


def refuse(session: Session, row: InboundMail, mail: Mail, fault: TurnupError) -> None:
    """Keep a mail that was refused for a person to see, and say why to its sender where the address
    it went to was theirs; a stranger gets no answer."""
    keeping.refuse(session, row, mail, fault.line())
    if mail.looped:
        return
    try:
        about = addressed(session, mail)
    except NotAllowed:
        return
    if about is None:
        return
    kind, number, user = about
    address = reply_addresses.made(kind, number, user)
    extra: dict[str, Any] = reply_addresses.headers(address)
    extra.setdefault("headers", {})["Auto-Submitted"] = "auto-replied"  # RFC 3834: ends loops
    page = f"{settings().public_url.rstrip('/')}{PATHS[kind]}{number}"
    text = f"{fault.line()}\n\nNothing was changed. See {page}\n"
    subject = f"Not done: {mail.subject}"[:180]
    letter = Letter(f"mail:{row.key[:32]}", mail.sender, subject, text, extra)
    post(session, "email", letter, topic=f"{kind}:{number}", urgent=kind == "page")


def give_up(session: Session, row: InboundMail) -> None:
    """The mail broke whoever read it, again and again. One to an emergency address pages all the
    same: that much its envelope says."""
    keeping.unread(session, row)
    for one in row.recipients:
        try:
            found = emergency.opened(session, one)
        except NotAllowed:
            continue
        if found is not None:
            row.link = asking.link(emergency.page(session, UNREADABLE, found))


ANSWERS = {"item": answer_item, "page": answer_page, "ticket": asking.answer_ticket}
#: What is known of a mail that nobody could read.
UNREADABLE = Mail(
    sender="",
    name="",
    recipients=(),
    subject="",
    message_id="",
    refers_to=(),
    automatic="",
    answerable=False,
    looped=False,
    spam=False,
    words="",
    calendar=None,
    files=(),
    left_out=(),
    flaws=("the mail cannot be read; it was kept whole",),
)

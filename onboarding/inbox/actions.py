"""Do what a mail says about a checklist item, note what came of it, and keep what was refused."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.checklists import actions as checklists
from onboarding.checklists import letters, queries, remarks
from onboarding.checklists.attached import attached
from onboarding.checklists.holding import person
from onboarding.checklists.models import ChecklistItem
from onboarding.customers.queries import visible_turnup
from onboarding.errors import NotAllowed, TurnupError
from onboarding.inbox.mail import Mail
from onboarding.inbox.models import InboundMail
from onboarding.inbox.words import Answer, answer
from onboarding.outbox.actions import post
from onboarding.people.models import User
from onboarding.trail.log import SYSTEM, Actor, record

KEPT = 500  # refused mails, the newest
KEPT_BYTES = 256 * 1024


def addressed(session: Session, mail: Mail) -> tuple[int, User]:
    """(item, person) the mail is about. Raises NotAllowed where no address is one that we gave out
    to its sender, or a machine wrote it."""
    found = next(filter(None, (letters.opened(session, one) for one in mail.recipients)), None)
    if found is None:
        hint = "answer a letter about an item, or use its page"
        raise NotAllowed("Nothing in the address says what the mail is about", hint=hint)
    if mail.sender != found[1].email.lower():
        hint = "answer from the address that was written to"
        raise NotAllowed("The address belongs to somebody else than the sender", hint=hint)
    if mail.automatic:
        raise NotAllowed("A machine wrote this mail", hint="nothing was done")
    return found


def answer_item(session: Session, mail: Mail) -> str:
    """Tick, sign, or note on an item what its person says by mail: done, signed, stuck or said.
    Raises what those raise, and as `addressed`."""
    item_id, user = addressed(session, mail)
    row, checklist = queries.item(session, item_id)
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
    session: Session,
    actor: Actor,
    row: ChecklistItem,
    said: Answer,
    files: Sequence[tuple[str, bytes]],
) -> str:
    sign_off = row.definition.get("sign_off", "")
    if row.state == "done" and sign_off and person(session, actor).acts_for(sign_off):
        checklists.sign(session, actor, row.id)
        return "signed"
    wanted = row.definition.get("evidence", ())
    link = said.link if "link" in wanted else ""
    file = attached(*files[0]) if files else None
    checklists.tick(session, actor, row.id, said.words, link, file)
    return "done"


def note(session: Session, mail: Mail, outcome: str) -> None:
    """Remember what came of the mail, so that the same one does nothing more."""
    session.add(_row(mail, outcome))
    session.flush()


def keep_refused(session: Session, mail: Mail, raw: bytes, fault: TurnupError) -> None:
    """Keep a mail that was refused, for the operator, and say why to its sender where the address
    it went to was theirs; a stranger gets no answer."""
    row = _row(mail, "refused", fault.line()[:500], raw[:KEPT_BYTES])
    session.add(row)
    session.flush()
    oldest = select(InboundMail.id).where(InboundMail.outcome == "refused")
    old = session.scalars(oldest.order_by(InboundMail.id.desc()).offset(KEPT)).all()
    session.execute(delete(InboundMail).where(InboundMail.id.in_(old)))
    record(session, "system", "mail.refused", SYSTEM, {"mail": row.id}, {"why": row.why})
    try:
        item_id, user = addressed(session, mail)
    except NotAllowed:
        return
    extra = letters.headers(item_id, user)
    extra.setdefault("headers", {})["Auto-Submitted"] = "auto-replied"  # RFC 3834: ends loops
    text = f"{fault.line()}\n\nNothing was changed. The item:\n{letters.page_of(item_id)}\n"
    letter = Letter(
        f"mail:{row.key[:32]}",
        user.email,
        f"Not done: {mail.subject}"[:180],
        text,
        extra,
    )
    post(session, "email", letter, topic=f"item:{item_id}")


def _row(mail: Mail, outcome: str, why: str = "", raw: bytes | None = None) -> InboundMail:
    return InboundMail(
        key=mail.key,
        at=clock.now(),
        sender=mail.sender[:300],
        subject=mail.subject,
        outcome=outcome,
        why=why,
        raw=raw,
    )

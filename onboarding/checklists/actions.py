"""Writes of the checklists' floor: start, answer, tick, be stuck, open again, waive, sign."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.checklists import owner_actions, queries, rights, shelf
from onboarding.checklists.attached import Attached
from onboarding.checklists.documents import fact_document, item_document
from onboarding.checklists.facts import complete
from onboarding.checklists.holding import Held, hold
from onboarding.checklists.models import Checklist, ChecklistItem, ItemFile
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.errors import BadInput, NotAllowed, Refused, Stale, marked
from onboarding.outbox.actions import post
from onboarding.people.models import User
from onboarding.trail.log import Actor, record

SETTLED = {
    "done": marked("This item is done already"),
    "waived": marked("This item was waived already"),
}
#: What is missing where an item asks for one kind of evidence; "" where it asks for one of several.
NEEDED = {
    "note": marked("a note is needed to show it"),
    "link": marked("a link is needed to show it"),
    "file": marked("a file is needed to show it"),
    "": marked("something is needed to show it: one of what is asked for"),
}


def start(session: Session, actor: Actor, turnup: Turnup, template_key: str) -> Checklist:
    """Give the turn-up its own copy of a template. Raises Refused where it has a checklist, and
    NotFound or BadInput where the template is missing or broken."""
    template = shelf.template(settings().checklists, template_key)
    if queries.of_turnup(session, turnup.id) is not None:
        raise Refused(
            marked("This turn-up has a checklist already"), hint=marked("reload the page")
        )
    checklist = Checklist(
        turnup_id=turnup.id,
        template=template.key,
        version=template.version,
        facts=[fact_document(fact) for fact in template.facts],
    )
    checklist.items = [
        ChecklistItem(
            key=item.id,
            position=position,
            definition=item_document(item),
            stage=item.stage,
            owner=item.owner,
        )
        for position, item in enumerate(template.items)
    ]
    session.add(checklist)
    session.flush()
    owner_actions.resolve_owners(session, checklist, turnup.customer)
    payload = {"turnup": turnup.id, "template": template.key, "version": template.version}
    record(session, turnup.customer.stream, "checklist.started", actor, payload)
    return checklist


def answer(session: Session, actor: Actor, turnup: Turnup, answers: Mapping[str, object]) -> None:
    """Note facts of the customer; those not given stay. Raises BadInput for a wrong kind."""
    checklist = queries.of_turnup(session, turnup.id)
    facts = {**turnup.customer.facts, **answers}
    complete(facts, queries.added_facts(checklist) if checklist else ())
    changed = sorted(key for key in answers if turnup.customer.facts.get(key) != answers[key])
    if not changed:
        return
    turnup.customer.facts = facts
    if checklist is not None:
        _look_soon(row for row in checklist.items if row.state == "open")
    payload = {"turnup": turnup.id, "facts": changed}
    record(session, turnup.customer.stream, "customer.facts", actor, payload)


def set_cutover_at(session: Session, turnup_id: int, at: datetime | None) -> None:
    """Tell the checklist its T; due times follow. Nothing happens without a checklist."""
    checklist = queries.of_turnup(session, turnup_id)
    if checklist is not None:
        checklist.cutover_at = at


def tick(
    session: Session,
    actor: Actor,
    item_id: int,
    note: str = "",
    evidence: str = "",
    attached: Attached | None = None,
) -> None:
    """Settle an item as done; `evidence` is a link. Raises NotAllowed, Refused (it waits for
    others), Stale (it is settled) and BadInput (what it asks for is missing)."""
    held = hold(session, actor, item_id)
    item, row = held.line.item, held.row
    if not rights.may_settle(held.person, item, held.turnup.customer.help_level):
        raise NotAllowed(
            marked("This item is not yours to tick"),
            hint=marked("it is for {what}", what=held.line.ball),
        )
    if row.state != "open":
        raise Stale(SETTLED[row.state], hint=marked("reload the page"))
    if held.line.blocked_by:
        waits = ", ".join(held.line.blocked_by)
        raise Refused(
            marked("This item waits for others"), hint=marked("settle first: {waits}", waits=waits)
        )
    given = {"note": note, "link": evidence, "file": attached}
    if item.evidence and not any(given[kind] for kind in item.evidence):
        only, hint = item.evidence[0], marked("add it and try again")
        wanted = NEEDED[only] if len(item.evidence) == 1 else NEEDED[""]
        raise BadInput(wanted, place=only, hint=hint)
    row.note, row.evidence = note, evidence
    if attached is not None:
        row.file_name = attached.name
        session.merge(ItemFile(item_id=row.id, content=attached.content))
    row.on_behalf = rights.on_behalf(held.person, item, held.turnup.customer.help_level)
    _settle(session, actor, held, "done", "checklist.item_done")


def waive(session: Session, actor: Actor, item_id: int, reason: str) -> None:
    """Settle an item as not to be done, with the reason. Raises as `tick` does."""
    held = hold(session, actor, item_id)
    if not rights.may_waive(held.person):
        raise NotAllowed(
            marked("Only planners waive items"), hint=marked("ask the account manager")
        )
    if not reason.strip():
        raise BadInput(
            marked("a reason is needed"), place="reason", hint=marked("say why it is left out")
        )
    if held.row.state != "open":
        raise Stale(SETTLED[held.row.state], hint=marked("reload the page"))
    held.row.note = reason.strip()
    _settle(session, actor, held, "waived", "checklist.item_waived")


def reopen(session: Session, actor: Actor, item_id: int) -> None:
    """Open a settled item again; what was said with it stays until it is ticked anew."""
    held = hold(session, actor, item_id)
    row, level = held.row, held.turnup.customer.help_level
    allowed = rights.may_settle(held.person, held.line.item, level)
    if not allowed or (row.state == "waived" and not rights.may_waive(held.person)):
        raise NotAllowed(
            marked("This item is not yours to open again"), hint=marked("ask the account manager")
        )
    if row.state == "open":
        raise Stale(marked("This item is open already"), hint=marked("reload the page"))
    row.state, row.settled_by, row.settled_at, row.signed_by = "open", None, None, None
    row.on_behalf = row.carried = False
    _record(session, actor, held, "checklist.item_reopened")


def sign(session: Session, actor: Actor, item_id: int) -> None:
    """A second person agrees that it is done."""
    held = hold(session, actor, item_id)
    row, item = held.row, held.line.item
    if held.line.status != "awaiting_sign_off":
        raise Stale(marked("This item waits for nobody's sign-off"), hint=marked("reload the page"))
    if not rights.may_sign(held.person, item, row.settled_by):
        who = f"somebody of {item.sign_off} who did not tick it"
        raise NotAllowed(
            marked("You cannot sign this item"), hint=marked("it needs {who}", who=who)
        )
    row.signed_by = held.person.id
    _record(session, actor, held, "checklist.item_signed")


def say_stuck(session: Session, actor: Actor, item_id: int, words: str) -> None:
    """Somebody whose item it is cannot go on, and asks the account manager for help. Raises
    NotAllowed, Stale, and BadInput without words."""
    held = hold(session, actor, item_id)
    row = held.row
    if not rights.may_settle(held.person, held.line.item, held.turnup.customer.help_level):
        raise NotAllowed(
            marked("This item is not yours"), hint=marked("it is for {what}", what=held.line.ball)
        )
    if row.state != "open":
        raise Stale(SETTLED[row.state], hint=marked("reload the page"))
    if not words.strip():
        hint = marked("say what keeps you from it")
        raise BadInput(marked("this is needed"), place="words", hint=hint)
    if row.stuck == words.strip():
        return
    row.stuck = words.strip()
    number = held.record(session, actor, "checklist.item_stuck", {"words": row.stuck})
    manager = held.turnup.customer.account_manager
    if manager is not None and manager.id != held.person.id:
        _ask_for_help(session, held, manager, f"stuck:{row.id}:{number}")


def go_on(session: Session, actor: Actor, item_id: int) -> None:
    """Nobody is stuck with this item any more."""
    held = hold(session, actor, item_id)
    if not rights.may_settle(held.person, held.line.item, held.turnup.customer.help_level):
        raise NotAllowed(
            marked("This item is not yours"), hint=marked("it is for {what}", what=held.line.ball)
        )
    if held.row.stuck:
        held.row.stuck = ""
        held.record(session, actor, "checklist.item_goes_on")


def _ask_for_help(session: Session, held: Held, manager: User, key: str) -> None:
    about = " ".join(held.turnup.name.split())
    address = f"{settings().public_url.rstrip('/')}/checklist-items/{held.row.id}"
    text = f"{about} is stuck with: {held.line.item.title}\n\n{held.row.stuck}\n\n{address}\n"
    letter = Letter(key, manager.email, f"[{about}] stuck"[:180], text)
    post(session, "email", letter, topic=f"stuck:{held.row.id}")


def _settle(session: Session, actor: Actor, held: Held, state: str, kind: str) -> None:
    held.row.state, held.row.settled_by = state, held.person.id or None
    held.row.settled_at, held.row.signed_by = clock.now(), None
    held.row.stuck = ""
    _record(session, actor, held, kind)
    checklist = queries.of_turnup(session, held.turnup.id)
    waited = checklist.items if checklist is not None else ()
    _look_soon(row for row in waited if held.row.key in row.definition["depends_on"])


def _look_soon(rows: Iterable[ChecklistItem]) -> None:
    """What probes see may tick these now: let them be looked at with the next sweep."""
    for row in rows:
        if row.probe_due_at is not None and row.state == "open":
            row.probe_due_at = clock.now()


def _record(session: Session, actor: Actor, held: Held, kind: str) -> None:
    held.record(session, actor, kind, _note(held.row))


def _note(row: ChecklistItem) -> dict[str, str]:
    return {"note": row.note} if row.note and row.state != "open" else {}

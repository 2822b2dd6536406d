"""Letters about one item, and the address at which they are answered."""

from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.checklists import owner_actions
from onboarding.checklists.holding import Held
from onboarding.checklists.template import Item
from onboarding.config import settings
from onboarding.errors import marked
from onboarding.outbox.actions import post
from onboarding.people import reply_addresses
from onboarding.people.models import User
from onboarding.people.tongues import speaking_to
from onboarding.trail.log import Actor
from onboarding.web.language import _, worded

HOW_TO_ANSWER = marked(
    "You can answer by mail: begin with DONE and the item is ticked (attach a file or write a "
    "link where one is asked for), begin with STUCK and help is called; anything else is noted on "
    "the item."
)


def tell_of_new(session: Session, actor: Actor, held: Held) -> None:
    """Tell the person whose item it is that somebody put it on the checklist, once; whoever did so
    is not told."""
    checklist_id, level = held.row.checklist_id, held.turnup.customer.help_level
    owner = held.line.item.owner_for(level)
    reader = person_behind(session, checklist_id, owner)
    if reader is None or reader.id == actor.user_id:
        return
    about, item = " ".join(held.turnup.name.split()), held.line.item
    with speaking_to(reader):
        lines = [worded(item.title), "", worded(item.why), docs_of(item), "", page_of(held.row.id)]
        lines += how_to_answer()
        subject = _("[{about}] new for you: {item}").format(about=about, item=worded(item.title))
    letter = Letter(
        f"item:{held.row.id}:added",
        reader.email,
        subject[:180],
        "\n".join(lines) + "\n",
        headers(held.row.id, reader),
    )
    post(session, "email", letter, topic=f"item:{held.row.id}")


def person_behind(session: Session, checklist_id: int, owner: str) -> User | None:
    """The person who does what a checklist gives to `owner`, where they can be written to."""
    for duty in owner_actions.duties(session, checklist_id):
        if duty.owner == owner and duty.user is not None and duty.user.active:
            return duty.user
    return None


def page_of(item_id: int) -> str:
    """The address of an item's page."""
    return f"{settings().public_url.rstrip('/')}/checklist-items/{item_id}"


def docs_of(item: Item) -> str:
    """The address of an item's docs as mail needs it; empty where it has none."""
    ours = item.docs.startswith("/")
    return f"{settings().public_url.rstrip('/')}{item.docs}" if ours else item.docs


def how_to_answer() -> list[str]:
    """The last lines of a letter about one item: how it is answered, where mail comes in."""
    return ["", _(HOW_TO_ANSWER)] if settings().mail_in else []


def headers(item_id: int, user: User) -> dict[str, dict[str, str]]:
    """A letter's `extra`: the address that an answer about the item goes to."""
    return reply_addresses.headers(reply_address(item_id, user))


def reply_address(item_id: int, user: User) -> str:
    """Where `user` answers about the item; empty where no mail comes in."""
    return reply_addresses.made("item", item_id, user)


def opened(session: Session, address: str) -> tuple[int, User] | None:
    """(item, user) of an address as `reply_addresses.opened` reads it."""
    return reply_addresses.opened(session, "item", address)

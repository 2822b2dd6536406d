"""Letters about one item, and the address at which they are answered."""

from email.utils import formataddr, parseaddr
from hashlib import blake2b
from hmac import compare_digest

from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.checklists import owner_actions
from onboarding.checklists.holding import Held
from onboarding.checklists.template import Item
from onboarding.config import settings
from onboarding.errors import NotAllowed
from onboarding.outbox.actions import post
from onboarding.people.models import User
from onboarding.trail.log import Actor

HOW_TO_ANSWER = (
    "You can answer by mail: begin with DONE and the item is ticked (attach a file or write a "
    "link where one is asked for), begin with STUCK and help is called; anything else is noted on "
    "the item."
)
_SIGNS = 10  # bytes of the signature in an address, 80 bits


def tell_of_new(session: Session, actor: Actor, held: Held) -> None:
    """Tell the person whose item it is that somebody put it on the checklist, once; whoever did so
    is not told."""
    checklist_id, level = held.row.checklist_id, held.turnup.customer.help_level
    owner = held.line.item.owner_for(level)
    reader = person_behind(session, checklist_id, owner)
    if reader is None or reader.id == actor.user_id:
        return
    about, item = " ".join(held.turnup.name.split()), held.line.item
    lines = [item.title, "", item.why, docs_of(item), "", page_of(held.row.id), *how_to_answer()]
    letter = Letter(
        f"item:{held.row.id}:added",
        reader.email,
        f"[{about}] new for you: {item.title}"[:180],
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
    return ["", HOW_TO_ANSWER] if settings().mail_in else []


def headers(item_id: int, user: User) -> dict[str, dict[str, str]]:
    """A letter's `extra`: the address that an answer about the item goes to."""
    address = reply_address(item_id, user)
    return {"headers": {"Reply-To": formataddr(("Turnup", address))}} if address else {}


def reply_address(item_id: int, user: User) -> str:
    """Where `user` answers about the item: `mail_in` with a signed tag, such as
    `turnup+i12-7-0123456789abcdef0123@example.com`; empty where no mail comes in."""
    local, _, domain = parseaddr(settings().mail_in)[1].rpartition("@")
    if not local:
        return ""
    said = f"i{item_id}-{user.id}"
    return f"{local}+{said}-{_signature(said, user)}@{domain}"


def opened(session: Session, address: str) -> tuple[int, User] | None:
    """(item, user) of an address that we have given out, None for any other address. Raises
    NotAllowed where one looks like ours and its signature is wrong or run out."""
    tag = address.partition("@")[0].partition("+")[2].lower()
    parts = tag.removeprefix("i").split("-")
    if not tag.startswith("i") or len(parts) != 3 or not all(map(_number, parts[:2])):
        return None
    user = session.get(User, int(parts[1]))
    said = f"i{int(parts[0])}-{int(parts[1])}"
    if user is None or not user.active or not _signed(said, user, parts[2]):
        raise NotAllowed(
            "The address is not one that Turnup has given out, or it has run out",
            hint="answer the newest reminder, or use the page",
        )
    return int(parts[0]), user


def _signed(said: str, user: User, signature: str) -> bool:
    return compare_digest(_signature(said, user).encode(), signature.encode())


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _signature(said: str, user: User) -> str:
    """Hexadecimal, for mail servers may change the case of an address; what ends all sessions of
    a user ends it too."""
    key = settings().key("secret").encode()
    signed = f"item-reply:{said}:{user.session_salt}".encode()
    return blake2b(signed, key=key[:64], digest_size=_SIGNS).hexdigest()

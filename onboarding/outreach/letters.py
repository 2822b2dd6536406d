"""Letters of an outreach: to whoever should send it, to the customer, and that it is over."""

from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.outbox.actions import post
from onboarding.outreach import causes, chances, drafting, links, queries, wording
from onboarding.outreach.models import Outreach
from onboarding.people.models import User
from onboarding.rooms.actions import tell
from onboarding.rooms.queries import by_key

TOPIC = "outreach:"


def topic(row: Outreach) -> str:
    """What the letters to staff about it are filed under: taken back where it is over first."""
    return f"{TOPIC}{row.id}:staff"


def to_sender(session: Session, row: Outreach) -> None:
    """Tell whoever should send it that a draft waits."""
    user = row.sender
    channel, to = ("email", user.email) if user else ("console", "operator")
    subject = f"[{row.customer.name}] {row.subject}"
    lines = [f"A message to {row.customer.name} is drafted and waits for you:", ""]
    lines += [f"- {sentence}" for sentence in seen(row)]
    lines += ["", f"Likely cause: {cause(row)}.", "", drafting.page_of(row), ""]
    lines += ["It is withdrawn by itself if it is over before you send it."] * (
        row.kind == "trouble"
    )
    letter = Letter(f"{TOPIC}{row.id}:{row.repeats}:staff", to, subject[:180], "\n".join(lines))
    post(session, channel, letter, topic=topic(row), urgent=row.kind == "trouble")


def seen(row: Outreach) -> list[str]:
    """What was seen, signal by signal, as staff read it."""
    return [str(sign["sentence"]) for sign in row.signals.values()]


def cause(row: Outreach) -> str:
    """The likely cause as staff read it."""
    return causes.STAFF.get(row.cause) or chances.CHANCES[row.cause]


def to_customer(session: Session, row: Outreach, people: list[User]) -> None:
    """The message itself, each reader with a link of their own; said in the customer's room too,
    where they have one."""
    for user in people:
        text = row.text.replace(drafting.LINK, links.link(row.id, user.id))
        _post(session, row, user, f"{TOPIC}{row.id}:{row.repeats}:{user.id}", row.subject, text)
    _in_the_room(session, row, f"outreach:{row.id}:{row.repeats}", row.text)


def over(session: Session, row: Outreach, people: list[User]) -> None:
    """What was told is over."""
    assert row.sent_at is not None
    assert row.healed_at is not None
    said = wording.over(drafting.about(session, row), row.sent_at, row.healed_at)
    for user in people:
        _post(session, row, user, f"{TOPIC}{row.id}:{row.repeats}:{user.id}:over", *said)
    _in_the_room(session, row, f"outreach:{row.id}:{row.repeats}:over", said[1])


def _post(session: Session, row: Outreach, user: User, key: str, subject: str, text: str) -> None:
    extra: dict[str, object] = {"thread": f"{TOPIC}{row.id}"}
    if row.sender is not None:
        extra["headers"] = {"Reply-To": row.sender.email}
    letter = Letter(key, user.email, subject[:180], text, extra)
    post(session, "email", letter, topic=f"{TOPIC}{row.id}", urgent=row.kind == "trouble")


def _in_the_room(session: Session, row: Outreach, about: str, text: str) -> None:
    room = by_key(session, row.customer.stream)
    if room is not None and room.archived_at is None:
        shown = "\n".join(line for line in text.splitlines() if drafting.LINK not in line)
        tell(session, room, f"{row.subject}\n\n{shown}".strip(), about)


def readers(session: Session, row: Outreach) -> list[User]:
    """Those of the customer who are written to."""
    return list(queries.readers(session, row.customer))

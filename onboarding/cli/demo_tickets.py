"""Tickets of the practice vendor, one in each of the states that people meet most."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from onboarding.cli.demo_story import Story, by
from onboarding.people.models import User
from onboarding.tickets import actions, closing, following, handing
from onboarding.tickets.actions import Opening
from onboarding.trail.log import Actor

MAIL = Actor("mail", "mail")
ASKED = (
    (
        "Cold cache after the purge",
        "Since the purge at noon our offload is at 40 %. Is that usual?",
    ),
    ("502 on /cart", "Some of our visitors see 502 on /cart. Nothing was released here today."),
    ("Logs come late", "Our log stream is two minutes behind. What may we expect?"),
    ("Which TTL for the API?", "What would you set for JSON that changes once an hour?"),
)


def add_tickets(session: Session, story: Story, staff: Mapping[str, int]) -> list[int]:
    """One that nobody has claimed, one handed to a team, one answered, one solved; their numbers.
    An agency follows the second and the third, in which somebody else was copied."""
    asker = session.get_one(User, story.user_id)
    sue, nina = (session.get_one(User, staff[name]) for name in ("sue", "nina"))
    numbers = []
    for (subject, text), severity in zip(ASKED, (3, 2, 3, 4), strict=True):
        asked = Opening(text, "form", subject, severity, requester=asker, turnup_id=story.turnup_id)
        numbers.append(actions.open_ticket(session, by(asker), asked).id)
    _, handed, answered, solved = numbers
    for number in (handed, answered):
        following.follow(session, by(sue), number, "helen@agency.example")
    copied = ["web-operations@hosting.example", "paul@hosting.example"]
    following.copied(session, MAIL, handed, copied, recognised=False)
    actions.note(session, by(sue), sue, handed, "Their origin moved last week: look there first.")
    handing.assign(session, by(sue), sue, handed, "neteng", "Do you see loss towards their origin?")
    handing.accept(session, by(nina), nina, handed)
    actions.reply(session, by(sue), sue, answered, "A minute is usual; we look at the second one.")
    actions.reply(session, by(sue), sue, solved, "An hour, and purge by key on release.")
    closing.resolve(session, by(sue), sue, solved, "TTL of an hour, purge by key", "Gladly.")
    return numbers

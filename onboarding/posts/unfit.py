"""An operator's text that cannot say what happened: whoever can mend it is told, once for a text."""

import hashlib

from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.outbox.actions import post
from onboarding.people.models import User
from onboarding.people.permissions import may
from onboarding.posts.fields import LANGUAGES, Payload, variant
from onboarding.posts.models import PostWording
from onboarding.posts.wording import Own, unfit


def tell(session: Session, audience: str, kind: str, facts: Payload, own: Own) -> None:
    """A letter for each own text of this kind that cannot be filled with `facts`: to who put it,
    while they may, and to the operator on the console."""
    key = variant(audience, kind, facts)
    for language in LANGUAGES:
        text = own.get((audience, language, key), "")
        wrong = unfit(audience, key, text, facts, language) if text else ""
        if wrong:
            _tell(session, (audience, language, key), text, wrong)


def _tell(session: Session, which: tuple[str, str, str], text: str, wrong: str) -> None:
    to = [("console", "operator")]
    row = session.get(PostWording, which)
    author = session.get(User, row.by) if row is not None else None
    if author is not None and author.active and may(author.role, "posts.word"):
        to.append(("email", author.email))
    page = f"/posts/wordings/{'/'.join(which)}"
    mark = hashlib.sha256(f"{which}{text}".encode()).hexdigest()[:16]
    for channel, address in to:
        subject = f"Your text for {which[2]} ({which[0]}, {which[1]}) is not used"
        body = f"{wrong}. The shipped text is sent in its place. Mend it: {page}\n\n{text}"
        letter = Letter(f"wording:{mark}:{channel}", address, subject, body)
        post(session, channel, letter, topic=f"wording:{mark}", urgent=False)

"""What may answer somebody who is writing a question: offered as they type, counted where it did."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from onboarding.errors import BadInput
from onboarding.knowledge import actions, passages
from onboarding.knowledge.models import ASKING
from onboarding.knowledge.readers import Reader, address
from onboarding.knowledge.search import Hit, readable, search

SHOWN, SHORTEST = 3, 8  # hits, and characters before anything is looked for
CLEAR = 0.25  # the share of the words typed that a hit must hold
LONGEST = 4000  # characters of a field that are read
FIELDS = ("subject", "text", "question")


def offered(session: Session, reader: Reader, form: Mapping[str, str]) -> list[Hit]:
    """Articles and earlier answers that `reader` may see, for what is typed so far in the fields of
    a form; nothing of it is kept."""
    typed = " ".join(form.get(name, "")[:LONGEST] for name in FIELDS).strip()
    if len(typed) < SHORTEST:
        return []
    hits = search(session, reader, typed.replace("\x00", ""), limit=SHOWN)
    return [hit for hit in hits if hit.share >= CLEAR]


def place(form: Mapping[str, str]) -> str:
    """Where the question is being written, as the form says it."""
    given = form.get("place", "")
    return given if given in ASKING else ASKING[0]


def spare(session: Session, reader: Reader, who: str, ref: str, where: str) -> str:
    """The passage `ref` answered what was being written, which need not be asked: counted once a
    voice. Where the answer is shown to `reader`. Raises BadInput for what they may not see."""
    kept = passages.of(session, ref[:100])
    if kept is None or not readable(kept, reader):
        raise BadInput("there is no such answer", place="solved", hint="go back and ask")
    customer = reader.customer_id
    actions.say_helped(session, kept.ref, who, yes=True, place=where, customer_id=customer)
    return address(kept.link, reader)

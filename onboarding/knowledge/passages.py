"""Put what searches may find into their index, and take it out. Upper floors do so too."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.knowledge.models import Passage
from onboarding.knowledge.terms import MOST, stems, terms


@dataclass(frozen=True)
class Found:
    """A passage as it is told: see `models.Passage`. A passage that is not public and of no
    customer is for the vendor's people."""

    kind: str
    ref: str
    title: str
    text: str
    link: str
    public: bool = False
    customer_id: int | None = None
    stage: str = ""
    area: str = ""


def put(session: Session, said: Found) -> Passage:
    """The passage of `said.ref`, made or changed; it is found from the commit on."""
    row = of(session, said.ref)
    if row is None:
        row = Passage(ref=said.ref)
        session.add(row)
    title, body = stems(said.title), stems(said.text)
    row.kind, row.title, row.text, row.link = said.kind, said.title, said.text, said.link
    row.public, row.customer_id = said.public, said.customer_id
    row.stage, row.area, row.at = said.stage, said.area, clock.now()
    row.title_words, row.body_words = " ".join(title), " ".join(body)
    row.terms = terms([*title, *body][:MOST])
    session.flush()
    return row


def take_out(session: Session, ref: str) -> None:
    """It is found no more. Twice is once."""
    row = of(session, ref)
    if row is not None:
        session.delete(row)
        session.flush()


def of(session: Session, ref: str) -> Passage | None:
    """The passage of `ref`."""
    return session.scalar(select(Passage).where(Passage.ref == ref))

"""Put what searches may find into their index, and take it out. Upper floors do so too."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.knowledge.models import Passage
from onboarding.knowledge.terms import MOST, stems, terms


@dataclass(frozen=True)
class Found:
    """A passage as it is told: see `models.Passage`. One that is not public, of no customer and
    not of the community is for the vendor's people."""

    kind: str
    ref: str
    title: str
    text: str
    link: str
    public: bool = False
    community: bool = False
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
    row.public, row.community, row.customer_id = said.public, said.community, said.customer_id
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


def of(session: Session, ref: str, *, lock: bool = False) -> Passage | None:
    """The passage of `ref`, whatever somebody sends for one; its row locked where asked for."""
    if "\x00" in ref:
        return None
    query = select(Passage).where(Passage.ref == ref)
    return session.scalar(query.with_for_update(of=Passage) if lock else query)


def retitle(session: Session, kind: str, title: str) -> None:
    """Passages of this kind that stand under `title` stand under their own words: the title's were
    taken back."""
    rows = session.scalars(select(Passage).where(Passage.kind == kind, Passage.title == title))
    for row in rows.all():
        own = " ".join(row.text.split())[:150]
        said = Found(row.kind, row.ref, own, row.text, row.link, row.public, row.community)
        put(session, said)

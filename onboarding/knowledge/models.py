"""Tables of articles, their revisions, and the passages that searches look through."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer
from onboarding.db import Model
from onboarding.people.models import User

DRAFT, PUBLISHED, RETIRED = STATES = ("draft", "published", "retired")


class Article(Model):
    """Something written down, in Markdown. `stage` is one of `stages.STAGES` and `area` one of
    `areas.AREAS`, or empty: any. Published ones are found, `public` ones by anybody. Its owner looks
    at it again on `review_on`. `revision` is the number of its last one. `source` names what it was
    made of (`draft:5`), once."""

    __tablename__ = "knowledge_articles"
    __table_args__ = (Index("ix_knowledge_articles_state_review_on", "state", "review_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    stage: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    public: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=DRAFT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    review_on: Mapped[date]
    revision: Mapped[int] = mapped_column(default=1)
    source: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    owner: Mapped[User | None] = relationship(lazy="joined")

    @property
    def stream(self) -> str:
        """The name of this article's stream in the trail."""
        return f"article:{self.id}"


class Revision(Model):
    """An article as it was saved, by whom and why; revisions are added, never changed."""

    __tablename__ = "knowledge_revisions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id))
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    by: Mapped[User | None] = relationship(lazy="joined")


class Passage(Model):
    """What a search may find. `ref` names what it stands for (`article:7`, `draft:5`), `link` where
    that is shown. Anybody finds a public one, a customer's people those of theirs, the vendor's
    people all. `title_words` and `body_words` are stems in order, with blanks between; `terms` is
    what they are looked up by (`terms.terms`), in an index that each database builds in its way."""

    __tablename__ = "knowledge_passages"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    ref: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    text: Mapped[str]
    link: Mapped[str]
    public: Mapped[bool] = mapped_column(default=False)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id), index=True)
    stage: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    title_words: Mapped[str]
    body_words: Mapped[str]
    terms: Mapped[str] = mapped_column(deferred=True)


class Helped(Model):
    """Somebody's word on whether a passage helped: the last one counts. `who` is `user:7`, or what a
    visitor without a sign-in is known by; `place` is where it was shown."""

    __tablename__ = "knowledge_helped"
    __table_args__ = (UniqueConstraint("ref", "who"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str]
    who: Mapped[str]
    yes: Mapped[bool]
    place: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]

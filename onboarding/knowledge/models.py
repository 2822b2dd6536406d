"""Tables of articles, their revisions, and the passages that searches look through."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer
from onboarding.db import Model
from onboarding.people.models import User

ASKING = ("ticket", "share", "room")
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
    that is shown. Anybody finds a public one, every customer's people those of the `community`, a
    customer's those of theirs, the vendor's people all. `title_words` and `body_words` are stems in order, with blanks between; `terms` is
    what they are looked up by (`terms.terms`), in an index that each database builds in its way."""

    __tablename__ = "knowledge_passages"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    ref: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    text: Mapped[str]
    link: Mapped[str]
    public: Mapped[bool] = mapped_column(default=False)
    community: Mapped[bool] = mapped_column(default=False)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id), index=True)
    stage: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    title_words: Mapped[str]
    body_words: Mapped[str]
    terms: Mapped[str] = mapped_column(deferred=True)


class Helped(Model):
    """Somebody's word on whether a passage helped: the last one counts. `who` is `user:7`, or what a
    visitor without a sign-in is known by; `place` is where it was shown: beside a question that was
    being written (`ASKING`), a yes means that it was not asked."""

    __tablename__ = "knowledge_helped"
    __table_args__ = (UniqueConstraint("ref", "who"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str]
    who: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id), index=True)
    yes: Mapped[bool]
    place: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Question(Model):
    """Something that somebody asked, wherever: `ref` names it (`ticket:5`, `draft:7`) and `link` is
    where it stands. `answer` is the last one given, by `answered_by`. A worker compares it with what
    was asked before (`compared_at`): `same_as_id` is the first that asked the same, `like_ids` those
    that may, `covered_by_id` the article that stood there already when it was asked. It is found by
    the vendor's people, those of the customer `readers_id`, and where it is of the `community` by
    every customer's. One that was taken back counts nowhere, and nothing is the same as it."""

    __tablename__ = "knowledge_questions"
    __table_args__ = (
        Index("ix_knowledge_questions_customer_id_asked_at", "customer_id", "asked_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    link: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id))
    readers_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id))
    community: Mapped[bool] = mapped_column(default=False)
    asker: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    text: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    answered_at: Mapped[datetime | None]
    compared_at: Mapped[datetime | None] = mapped_column(index=True)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_questions.id"), index=True)
    like_ids: Mapped[list[int]] = mapped_column(default=list)
    covered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Article.id))
    taken_back_at: Mapped[datetime | None]
    customer: Mapped[Customer | None] = relationship(foreign_keys=[customer_id], lazy="joined")
    answerer: Mapped[User | None] = relationship(lazy="joined")


class DocumentTask(Model):
    """To write down what was asked twice: `article` is its draft, `assignee` whoever answered. Open
    until the article is published, or somebody says why it need not be (`dropped`). It is open
    again, with another draft, where that was asked after the article was retired."""

    __tablename__ = "knowledge_tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey(Question.id), unique=True)  # the first
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), unique=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    dropped: Mapped[str] = mapped_column(default="")
    question: Mapped[Question] = relationship(lazy="joined")
    article: Mapped[Article] = relationship(lazy="joined")
    assignee: Mapped[User | None] = relationship(lazy="joined")


class FeatureRequest(Model):
    """Something that customers want of the product. `state`: open, planned, shipped or declined."""

    __tablename__ = "feature_requests"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open", index=True)
    why: Mapped[str] = mapped_column(default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime]
    wanted_by: Mapped[list["Wanted"]] = relationship(order_by="Wanted.id")

    @property
    def stream(self) -> str:
        """The name of its stream in the trail."""
        return f"request:{self.id}"


class Wanted(Model):
    """Where somebody was heard to want it: `ref` names the place (`message:4:17`), once; `words` are
    theirs."""

    __tablename__ = "feature_wanted"
    __table_args__ = (UniqueConstraint("request_id", "ref"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey(FeatureRequest.id))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id), index=True)
    ref: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    heard_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    customer: Mapped[Customer | None] = relationship(lazy="joined")

"""Write articles, publish and retire them, look at them again, say whether they helped."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.stages import STAGES
from onboarding.errors import BadInput, NotFound, Refused, Stale
from onboarding.knowledge import passages, queries
from onboarding.knowledge.areas import AREAS
from onboarding.knowledge.models import (
    ASKING,
    DRAFT,
    PUBLISHED,
    RETIRED,
    Article,
    DocumentTask,
    Helped,
    Revision,
)
from onboarding.people.models import User
from onboarding.trail.log import Actor, record

LONGEST_TITLE, LONGEST_BODY, LONGEST_NOTE = 200, 100_000, 300
REVIEWED_FOR = timedelta(days=180)


@dataclass(frozen=True)
class Given:
    """An article as its form has it; `owner_id` None: whoever writes it. `review_on` None: in half
    a year. `note` says why it was changed."""

    title: str
    body: str
    stage: str = ""
    area: str = ""
    public: bool = False
    owner_id: int | None = None
    review_on: date | None = None
    note: str = ""


def write(session: Session, actor: Actor, given: Given, source: str | None = None) -> Article:
    """A new article, a draft. Raises BadInput at the field; Refused where `source` is an article
    already."""
    if source is not None and queries.by_source(session, source) is not None:
        raise Refused("This is an article already", hint="look for it under Knowledge")
    now = clock.now()
    article = Article(state=DRAFT, revision=0, source=source, created_at=now)
    _keep(session, actor, article, given)
    session.add(article)
    session.flush()
    _revise(session, actor, article, given.note)
    said = {"article": article.id, "source": source}
    record(session, article.stream, "article.written", actor, said)
    return article


def revise(
    session: Session, actor: Actor, article_id: int, given: Given, seen: int | None = None
) -> Article:
    """Save another revision; `seen` is the number of the one that was changed. Raises Stale where
    somebody saved a later one meanwhile, BadInput at the field."""
    article = locked(session, article_id)
    if seen is not None and seen != article.revision:
        raise Stale(
            f"Revision {article.revision} was saved while you wrote",
            hint="look at its history, then save again to replace it",
        )
    old = (article.title, article.body)
    _keep(session, actor, article, given)
    if (article.title, article.body) != old:
        _revise(session, actor, article, given.note)
    said = {"article": article.id, "revision": article.revision, "public": article.public}
    record(session, article.stream, "article.saved", actor, said)
    _index(session, article)
    return article


def restore(session: Session, actor: Actor, article_id: int, number: int) -> Article:
    """Save the text of an earlier revision as the newest one."""
    article = locked(session, article_id)
    former = queries.revision(session, article.id, number)
    article.title, article.body = former.title, former.body
    _revise(session, actor, article, f"as in revision {number}")
    said = {"article": article.id, "revision": article.revision, "from": number}
    record(session, article.stream, "article.restored", actor, said)
    _index(session, article)
    return article


def publish(session: Session, actor: Actor, article_id: int) -> Article:
    """It is found from now on: by anybody where it is public."""
    return _into(session, actor, article_id, PUBLISHED)


def retire(session: Session, actor: Actor, article_id: int) -> Article:
    """It is found no more, and nobody is reminded of it; its history stays."""
    return _into(session, actor, article_id, RETIRED)


def _into(session: Session, actor: Actor, article_id: int, state: str) -> Article:
    article = locked(session, article_id)
    if article.state != state:
        article.state = state
        if state == PUBLISHED and article.review_on <= clock.now().date():
            article.review_on = clock.now().date() + REVIEWED_FOR
        said = {"article": article.id, "public": article.public}
        record(session, article.stream, f"article.{state}", actor, said)
        _index(session, article)
        _end_task(session, article, dropped="" if state == PUBLISHED else "the draft was retired")
    return article


def _end_task(session: Session, article: Article, dropped: str) -> None:
    """The task that it was the draft of is over: done, or dropped."""
    query = select(DocumentTask).where(
        DocumentTask.article_id == article.id, DocumentTask.closed_at.is_(None)
    )
    task = session.scalar(query)
    if task is not None:
        task.closed_at, task.dropped = clock.now(), dropped


def review(session: Session, actor: Actor, article_id: int, until: date) -> Article:
    """Somebody read it and it is right; it is looked at again on the day `until`."""
    article = locked(session, article_id)
    article.review_on = _to_come(until)
    said = {"article": article.id, "until": until.isoformat()}
    record(session, article.stream, "article.reviewed", actor, said)
    return article


def say_helped(
    session: Session,
    ref: str,
    who: str,
    *,
    yes: bool,
    place: str,
    words: str = "",
    customer_id: int | None = None,
) -> None:
    """Whether the passage helped; said again, the last word counts, and where it was offered beside
    a question that was being written (`ASKING`), that is where it helped or did not, for the
    customer it was. Not in the trail: it changes nothing but a count. Raises NotFound."""
    if passages.of(session, ref, lock=True) is None:  # a form sent twice at once is one voice
        raise NotFound("There is no such article")
    row = session.scalar(select(Helped).where(Helped.ref == ref, Helped.who == who))
    if row is None:
        row = Helped(ref=ref, who=who, place=place)
        session.add(row)
    row.yes, row.words, row.at = yes, words, clock.now()
    if place in ASKING or row.place not in ASKING:
        row.place = place
    row.customer_id = customer_id or row.customer_id
    session.flush()


def locked(session: Session, article_id: int) -> Article:
    """The article, locked until the transaction ends. Raises NotFound."""
    found = session.get(Article, article_id, with_for_update={"of": Article})
    if found is None:
        raise NotFound(f"There is no article {article_id}", hint="see /knowledge")
    return found


def _keep(session: Session, actor: Actor, article: Article, given: Given) -> None:
    title, body = given.title.strip(), given.body.strip()
    for place, text, most in (("title", title, LONGEST_TITLE), ("body", body, LONGEST_BODY)):
        if not text:
            raise BadInput("this is needed", place=place, hint="fill it in")
        if len(text) > most or "\x00" in text:
            raise BadInput("this cannot be kept", place=place, hint=f"at most {most} characters")
    if given.stage and given.stage not in STAGES:
        hint = f"one of {', '.join(STAGES)}, or empty"
        raise BadInput(f"{given.stage!r} is no stage", place="stage", hint=hint)
    if given.area and given.area not in AREAS:
        hint = f"one of {', '.join(AREAS)}, or empty"
        raise BadInput(f"{given.area!r} is no area", place="area", hint=hint)
    article.title, article.body, article.stage, article.area = title, body, given.stage, given.area
    article.public, article.updated_at = given.public, clock.now()
    article.owner_id = _owner(session, given.owner_id) or article.owner_id or actor.user_id
    if given.review_on != article.review_on or article.review_on is None:
        article.review_on = _to_come(given.review_on or clock.now().date() + REVIEWED_FOR)


def _owner(session: Session, owner_id: int | None) -> int | None:
    owner = session.get(User, owner_id) if owner_id else None
    if owner_id and (owner is None or owner.role == "customer" or not owner.active):
        raise BadInput("this is nobody of ours", place="owner", hint="choose from the list")
    return owner_id


def _to_come(day: date) -> date:
    today = clock.now().date()
    if not today < day <= today + timedelta(days=3 * 366):
        hint = "a day to come, within three years"
        raise BadInput(f"{day} is no day to look at it again", place="review_on", hint=hint)
    return day


def _revise(session: Session, actor: Actor, article: Article, note: str) -> None:
    article.revision += 1
    article.updated_at = clock.now()
    row = Revision(article_id=article.id, number=article.revision, note=note[:LONGEST_NOTE])
    row.title, row.body, row.by_id, row.at = article.title, article.body, actor.user_id, clock.now()
    session.add(row)
    session.flush()


def _index(session: Session, article: Article) -> None:
    if article.state != PUBLISHED:
        passages.take_out(session, article.stream)
        return
    said = passages.Found(
        "article", article.stream, article.title, article.body, f"/knowledge/{article.id}",
        public=article.public, stage=article.stage, area=article.area,
    )  # fmt: skip
    passages.put(session, said)

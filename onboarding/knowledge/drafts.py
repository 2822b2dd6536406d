"""Make the draft of an article of a question and its answer, without names and addresses."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Customer, Hostname, Turnup
from onboarding.customers.queries import members_of
from onboarding.knowledge import actions
from onboarding.knowledge.areas import area_of
from onboarding.knowledge.models import Article, Question
from onboarding.knowledge.redaction import redacted
from onboarding.people.queries import staff
from onboarding.trail.log import Actor


def draft(
    session: Session,
    actor: Actor,
    source: str,
    question: str,
    answer: str,
    *,
    customer_id: int | None = None,
    names: tuple[str, ...] = (),
    owner_id: int | None = None,
) -> Article:
    """An unpublished article; `names` are of people in it whom we do not know. Raises Refused where
    `source` is an article already."""
    people, companies, hosts = _known(session, customer_id)
    people += [one for one in names if one]

    def bare(text: str) -> str:
        return redacted(text, people, companies, hosts)

    words = bare(question).strip()
    title, _, further = words.partition("\n")
    title = " ".join(title.split())[: actions.LONGEST_TITLE] or "What was asked"
    body = bare(answer).strip() or "(The answer was not in words.)"
    if further.strip():
        quoted = "\n".join(f"> {line}" for line in further.strip().splitlines())
        body = f"{quoted}\n\n{body}"
    given = actions.Given(
        title,
        body[: actions.LONGEST_BODY],
        area=area_of(title, body),
        owner_id=owner_id,
        note="made of an answer; names and addresses taken out",
    )
    return actions.write(session, actor, given, source)


def asked(row: Question) -> str:
    """What a question asks: its title alone where the text says no more."""
    return row.title if row.text.strip() in ("", row.title) else f"{row.title}\n{row.text}"


def _known(session: Session, customer_id: int | None) -> tuple[list[str], list[str], list[str]]:
    """Names of people, companies and hostnames that may stand in what was said with a customer."""
    people = [one.name for one in staff(session)]
    customer = session.get(Customer, customer_id) if customer_id else None
    if customer is None:
        return people, [], []
    people += [one.user.name for one in members_of(session, customer)]
    turnups = select(Turnup.id).where(Turnup.customer_id == customer.id)
    hosts = session.scalars(select(Hostname.name).where(Hostname.turnup_id.in_(turnups)))
    return people, [customer.name], list(hosts)

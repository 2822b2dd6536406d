"""Owners hear of articles that are due to be looked at again; their lead where nothing happens."""

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.knowledge.models import PUBLISHED, Article
from onboarding.outbox.actions import post
from onboarding.people.models import User

EVERY_DAYS, TO_LEAD_AFTER = 7, 2  # a reminder a week; the lead from the third on


def remind(session: Session, article_id: int) -> None:
    """Write to the owner, once a week while it is due; later to the lead of their team too. Without
    an owner who is there, to the console."""
    article = session.get(Article, article_id, with_for_update={"of": Article})
    if article is None or article.state != PUBLISHED:
        return
    over = (clock.now().date() - article.review_on).days
    if over < 0:
        return
    turn = over // EVERY_DAYS
    key = f"article:{article.id}:review:{article.review_on.isoformat()}:{turn}"
    told = _told(session, article, to_lead=turn >= TO_LEAD_AFTER)
    subject = f"Look at it again: {article.title}"
    text = (
        f"{article.title}\n{settings().public_url}/knowledge/{article.id}\n\n"
        f"It was to be looked at again by {article.review_on.isoformat()}. Read it, change what is "
        "no longer so, then press 'Still right' on its page. Retire it where nobody needs it.\n"
    )
    for channel, to in told:
        post(session, channel, Letter(f"{key}:{to}", to, subject, text), topic=article.stream)


def _told(session: Session, article: Article, *, to_lead: bool) -> list[tuple[str, str]]:
    owner = article.owner if article.owner and article.owner.active else None
    told = [("email", owner.email)] if owner else []
    team = article.owner.team if article.owner else None
    if team is not None and team.lead_id and (to_lead or owner is None):
        lead = session.get(User, team.lead_id)
        if lead is not None and lead.active and lead is not owner:
            told.append(("email", lead.email))
    return told or [("console", "operator")]

"""The RQ edge of knowledge: owners are reminded of articles to be looked at again."""

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.knowledge import queries
from onboarding.knowledge.reminders import remind


def sweep() -> None:
    """Remind of what is due, article by article."""
    due = [one.id for one in queries.due(db.session(), clock.now().date())]
    for article_id in due:
        with transaction() as session:
            remind(session, article_id)

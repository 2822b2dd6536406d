"""The RQ edge of knowledge: questions are compared, owners reminded of what is due."""

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.knowledge import comparing, queries
from onboarding.knowledge.reminders import remind


def compare() -> None:
    """Compare what was asked and answered since, question by question, in order."""
    for question_id in comparing.due(db.session()):
        with transaction() as session:
            comparing.compare(session, question_id)


def sweep() -> None:
    """Remind of what is due, article by article."""
    due = [one.id for one in queries.due(db.session(), clock.now().date())]
    for article_id in due:
        with transaction() as session:
            remind(session, article_id)

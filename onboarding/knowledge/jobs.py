"""The RQ edge of knowledge: questions are compared, owners reminded of what is due."""

import structlog

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.knowledge import comparing, queries
from onboarding.knowledge.reminders import remind

log = structlog.get_logger()


def compare() -> None:
    """Compare what was asked and answered since, question by question, in order. One that fails
    waits where it is and does not stop the others; the first error is raised at the end."""
    errors = []
    for question_id in comparing.due(db.session()):
        try:
            with transaction() as session:
                comparing.compare(session, question_id)
        except Exception as error:
            log.error("knowledge.compare_failed", question=question_id, exc_info=error)
            errors.append(error)
    if errors:
        raise errors[0]


def sweep() -> None:
    """Remind of what is due, article by article."""
    due = [one.id for one in queries.due(db.session(), clock.now().date())]
    for article_id in due:
        with transaction() as session:
            remind(session, article_id)

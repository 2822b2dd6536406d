"""What was asked, as the workers know it."""

from onboarding.db import db
from onboarding.knowledge import jobs
from onboarding.knowledge.models import Question
from onboarding.tickets import knowing_jobs


def told() -> None:
    """The workers pass on what was asked, and compare it."""
    db.session().rollback()
    knowing_jobs.follow()
    jobs.compare()
    db.session().rollback()


def questions() -> list[Question]:
    db.session().rollback()
    return db.session().query(Question).order_by(Question.id).all()

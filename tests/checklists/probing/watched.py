"""A worker looks at an item of a customer, in tests."""

from onboarding.checklists import probe_jobs
from onboarding.checklists.models import ChecklistItem
from onboarding.db import db
from tests.checklists.probing.conftest import World
from tests.customers.signing import SignedUp


def look(cora: SignedUp, world: World, key: str, times: int = 1) -> ChecklistItem:
    """Have a worker look at an item so many times; its row as it is then."""
    for _ in range(times):
        db.session.rollback()  # a worker begins with a session of its own
        probe_jobs.look_at(cora.item(key), world.network)
    return row(cora, key)


def row(cora: SignedUp, key: str) -> ChecklistItem:
    db.session.rollback()
    return db.session.get_one(ChecklistItem, cora.item(key))

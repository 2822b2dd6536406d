"""The RQ edge of owners: persons follow the people there are."""

from onboarding.checklists import owner_actions
from onboarding.customers.queries import turnup as turnup_by_id
from onboarding.db import transaction
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream

FOLLOWER = "owners"


def follow() -> None:
    """Resolve anew what a change of people concerns."""
    each_behind(FOLLOWER, _read_on)


def _read_on(stream: str) -> None:
    with transaction() as session:
        follow_stream(session, FOLLOWER, stream, owner_actions.react)


def sweep() -> None:
    """Resolve the owners of checklists that were there before owners had persons."""
    with transaction() as session:
        vendor = owner_actions.known(session)
        for checklist in owner_actions.unresolved(session):
            customer = turnup_by_id(session, checklist.turnup_id).customer
            owner_actions.resolve_owners(session, checklist, customer, vendor)

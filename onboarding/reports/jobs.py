"""The RQ edge of the reports: count what is over."""

from onboarding.db import transaction
from onboarding.reports import counting

AT_ONCE = 500
BATCHES = 20  # in one pass: an installation with a long past is counted within the hour


def sweep() -> None:
    """Count stays and journeys that are over and not counted yet, in short transactions."""
    for count in (counting.count_stays, counting.count_journeys):
        for _ in range(BATCHES):
            with transaction() as session:
                done = count(session, AT_ONCE)
            if done < AT_ONCE:
                break

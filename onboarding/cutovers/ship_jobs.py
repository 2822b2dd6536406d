"""The RQ edge of ships: the weekly letter."""

from onboarding import clock
from onboarding.cutovers import ship_letters
from onboarding.db import transaction


def sweep() -> None:
    """Write the letters of this week that are due and not written."""
    with transaction() as session:
        ship_letters.write(session, clock.now())

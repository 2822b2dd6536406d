"""What the practice vendor tells a live customer first: trouble that is over, trouble that waits to
be sent, and a chance."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cli.demo_story import Story, by
from onboarding.customers.models import Turnup
from onboarding.outreach import actions, finding, rounds
from onboarding.outreach.chances import Chance
from onboarding.outreach.signs import Sign
from onboarding.people.models import User

LEVEL = 2600.0  # requests a second
FIGURES = {
    "moved": {"seconds": 10.0, "requests": 26000, "errors": 9800, "origin": 9500, "edge": 0},
    "control": None,
    "level": LEVEL,
}


def add_outreach(session: Session, story: Story, staff: Mapping[str, int]) -> int:
    """The number of the one that the customer was told."""
    turnup = session.get_one(Turnup, story.turnup_id)
    ann, now = by(session.get_one(User, staff["ann"])), clock.now()
    began = now.timestamp() - 20.0
    slow = Sign("slow", now.timestamp(), began, 0.021, 0.34, "slow 2.1 % → 34 % in 20 s")
    told = finding.found(session, turnup.id, [slow], {"moved": None, "level": LEVEL})
    assert told is not None, "nothing is muted yet"
    actions.send(session, ann, told.id, told.version)
    finding.healed(session, turnup.id, ["slow"], now)
    said = "errors 0.1 % → 38 % in 20 s; of the errors 97 % answered by the origin itself"
    errors = Sign("errors", now.timestamp(), began, 0.001, 0.38, said)
    finding.found(session, turnup.id, [errors], FIGURES)
    rounds.propose(session, turnup, Chance("offload", 71.0, 90.0))
    return told.id

"""The RQ edge of people: turns to come become shifts."""

from sqlalchemy import select

from onboarding.db import db, transaction
from onboarding.people import rotations
from onboarding.people.models import Rotation, RotationFeed, Team


def lay_out() -> None:
    """Lay every team's rotation out anew, so that 13 weeks are always there."""
    own, elsewhere = select(Rotation.team_id), select(RotationFeed.team_id)
    teams = select(Team.key).where(Team.id.in_(own) | Team.id.in_(elsewhere))
    for key in db.session().scalars(teams).all():
        with transaction() as session:
            rotations.lay_out(session, rotations.team_of(session, key))

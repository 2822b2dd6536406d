"""Vote at go / no-go, and move turn-ups on when their stage is done."""

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.actions import move_stage
from onboarding.customers.models import Turnup
from onboarding.customers.stages import after
from onboarding.cutovers import queries as cutovers
from onboarding.errors import BadInput, NotAllowed, Refused
from onboarding.people.models import User
from onboarding.readiness.demanding import demands
from onboarding.readiness.evidence import bound, digest, standby_teams, votes
from onboarding.readiness.models import Vote
from onboarding.trail.log import Actor, record

BY_ITSELF = ("signup", "config", "forecast", "test")


def vote(
    session: Session, actor: Actor, user: User, cutover_id: int, go: bool, reason: str
) -> Vote:
    """The word of the user's team, bound to plan, forecast, configuration and roster as they
    are now."""
    cutover = cutovers.get(session, cutover_id, lock=True)
    if cutover.state != "booked":
        raise Refused(f"This cutover is {cutover.state}", hint="votes are for what is to come")
    team = user.team_key
    if team not in standby_teams(session):
        raise NotAllowed("Your team has no vote", hint="teams on standby vote")
    if user.id == cutover.booked_by:
        raise NotAllowed("Who booked a cutover has no vote on it", hint="a colleague votes")
    if not go and not reason:
        raise BadInput("a no-go needs a reason", place="reason", hint="say what would change it")
    parts = bound(session, cutover)
    bound_to = digest(parts)
    last = {given.team: given for given in votes(session, cutover.id)}.get(team)
    said_now = (user.id, go, reason, bound_to)
    if last and (last.user_id, last.go, last.reason, last.fingerprint) == said_now:
        return last  # the same word twice is one word
    row = Vote(
        cutover_id=cutover.id,
        team=team,
        user_id=user.id,
        go=go,
        reason=reason,
        fingerprint=bound_to,
        bound=parts,
        at=clock.now(),
    )
    session.add(row)
    said = {"team": team, "go": go, "user": user.id}
    record(session, cutover.stream, "vote.given", actor, said, {"reason": reason})
    return row


def advance(session: Session, actor: Actor, turnup: Turnup) -> bool:
    """Move `turnup` to its next stage. Raises Refused naming what the stage still demands."""
    open_demands = demands(session, turnup)
    if open_demands:
        left = "; ".join(f"{d.what} ({d.owner})" for d in open_demands[:5])
        raise Refused(f"The stage {turnup.stage} is not done", hint=f"still open: {left}")
    following = after(turnup.stage)
    if following is None:
        raise Refused("This is the last stage", hint="start another round with a new turn-up")
    move_stage(session, actor, turnup, following)
    return True


def move(session: Session, actor: Actor, turnup: Turnup, to: str) -> None:
    """Move `turnup` on, as `advance` does, or back to an earlier stage. Raises Refused for a stage
    that leaves one out, and while traffic moves."""
    if to == after(turnup.stage):
        advance(session, actor, turnup)
    elif turnup.stage == "ramping":
        raise Refused("Traffic is moving", hint="roll back in the cockpit: the stage follows")
    else:
        move_stage(session, actor, turnup, to)


def advance_by_itself(session: Session, actor: Actor, turnup: Turnup) -> int:
    """Move on through every stage that is done and needs nobody to say so. Returns how many."""
    moved = 0
    while turnup.stage in BY_ITSELF and not demands(session, turnup):
        advance(session, actor, turnup)
        moved += 1
    return moved

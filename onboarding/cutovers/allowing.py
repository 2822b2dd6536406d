"""What is set of a cutover while it runs as well, and voids no vote."""

from sqlalchemy.orm import Session

from onboarding.cutovers import queries
from onboarding.cutovers.models import Cutover
from onboarding.errors import Refused
from onboarding.trail.log import Actor, record


def demand_on_station(session: Session, actor: Actor, cutover_id: int, demanded: bool) -> Cutover:
    """Set whether a start and each Go wait until every primary has reported on station; while it
    runs as well, for somebody must be able to go on without one who stays silent."""
    cutover = queries.get(session, cutover_id, lock=True)
    if cutover.state not in ("booked", "running"):
        raise Refused(f"This cutover is {cutover.state}", hint="nothing is left to wait for")
    if cutover.demand_on_station != demanded:
        cutover.demand_on_station = demanded
        record(session, cutover.stream, "cutover.station_demand", actor, {"demanded": demanded})
    return cutover


def let_customer_hold(session: Session, actor: Actor, cutover_id: int, allowed: bool) -> Cutover:
    """Set whether the customer's own "please hold" holds the ramp; while it runs as well. No vote
    is void: it can only keep traffic where it is."""
    cutover = queries.get(session, cutover_id, lock=True)
    if cutover.state not in ("booked", "running"):
        raise Refused(f"This cutover is {cutover.state}", hint="nothing is left to hold")
    if cutover.customer_holds != allowed:
        cutover.customer_holds = allowed
        record(session, cutover.stream, "cutover.customer_holds", actor, {"allowed": allowed})
    return cutover

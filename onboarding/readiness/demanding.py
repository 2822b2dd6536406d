"""What the stage of a turn-up still asks for, out of what was gathered."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from onboarding.checklists import progress
from onboarding.customers.models import Turnup
from onboarding.errors import marked
from onboarding.forecasts import queries as forecasts
from onboarding.readiness.evidence import facts
from onboarding.readiness.gates import SIGNERS, Demand
from onboarding.readiness.gates import gates as judge
from onboarding.readiness.gathering import Gathered, gather


def demands(session: Session, turnup: Turnup) -> list[Demand]:
    """What the present stage of `turnup` still asks for, most pressing first; the owner of the
    first has the ball. Empty where the turn-up can move on."""
    return demands_of(session, [turnup])[turnup.id]


def demands_of(session: Session, turnups: Sequence[Turnup]) -> dict[int, list[Demand]]:
    """`demands` of many turn-ups, with as few queries as of one."""
    return demanded(gather(session, turnups), turnups)


def demanded(found: Gathered, turnups: Sequence[Turnup]) -> dict[int, list[Demand]]:
    """`demands_of` over what was gathered already."""
    return {turnup.id: _demands(found, turnup) for turnup in turnups}


_Extra = Callable[[Gathered, Turnup, str], list[Demand]]


def _demands(found: Gathered, turnup: Turnup) -> list[Demand]:
    here = f"/turnups/{turnup.id}"
    of_stage = [line for line in found.lines.get(turnup.id, ()) if line.item.stage == turnup.stage]
    rows = [
        Demand(
            line.item.title,
            line.ball or line.item.owner,
            f"{here}#item-{line.item.id}",
            line.item.why,
            line.item.how_long,
        )
        for line in progress.actionable(of_stage)
        if line.item.required
    ]
    extra = EXTRAS.get(turnup.stage)
    more = extra(found, turnup, here) if extra else []
    # a cutover is booked once what the test asks for is done: the customer keeps the ball until then
    return rows + more if turnup.stage == "test" else more + rows


def _signup(_found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    rows = []
    if not turnup.hostnames:
        rows.append(Demand(marked("Name the hostnames that move"), "customer", f"{here}#hostnames"))
    if not turnup.goals:
        why = marked("What should be better afterwards stays in sight to the end.")
        rows.append(Demand(marked("Say what you want to reach"), "customer", f"{here}#goals", why))
    return rows


def _forecast(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    where = f"{here}#forecast"
    forecast = found.forecasts.get(turnup.id)
    if forecast is None:
        why = marked("From the last weeks we forecast your peak and hold it against our network.")
        return [Demand(marked("Upload the traffic history"), "customer", where, why)]
    if forecast.state != "done":
        return [
            Demand(
                marked("Wait for the forecast, or run it again"), "support", where, forecast.error
            )
        ]
    return []


def _signatures(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    """Those who answer for the network sign before a window is booked; the customer goes on with
    test traffic meanwhile."""
    forecast = found.forecasts.get(turnup.id)
    if forecast is None:
        return []
    signed = forecasts.signed_by(forecast)
    return [
        Demand(marked("Sign the forecast off for {team}", team=team), team, f"{here}#forecast")
        for team in SIGNERS
        if team not in signed
    ]


def _test(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    rows = _compared(found.compared.get(turnup.id, 0), here)
    rows += _signatures(found, turnup, here)
    if turnup.id not in found.cutovers:
        rows.append(Demand(marked("Book the cutover"), "account_manager", f"{here}/cutovers/new"))
    return rows


def _compared(left: int, here: str) -> list[Demand]:
    """Nobody is made to compare; who did answers for what differs."""
    where = f"{here}/comparison"
    if left < 0:
        return [
            Demand(marked("Wait for the comparison of the old and the new path"), "support", where)
        ]
    if left:
        what = marked("Mend or accept 1 difference between the old and the new path")
        if left > 1:
            what = marked("Mend or accept {n} differences between the old and the new path", n=left)
        why = marked("What differs in a test differs for visitors.")
        return [Demand(what, "customer", where, why)]
    return []


def _scheduled(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    cutover = found.cutovers.get(turnup.id)
    if cutover is None:
        return [Demand(marked("Book the cutover"), "account_manager", f"{here}/cutovers/new")]
    where = f"/cutovers/{cutover.id}"
    rows = [
        Demand(f"{gate.title}: {gate.why}", gate.owner, where, gate.hint)
        for gate in judge(facts(found, cutover))
        if gate.blocks
    ]
    return rows or [Demand(marked("Flip: start the ramp"), "ops", where)]


def _ramping(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    """Traffic that moves is no turn-up that is live: only a finished ramp leads on."""
    cutover = found.cutovers.get(turnup.id)
    if cutover is None:
        return [Demand(marked("Book the cutover"), "account_manager", f"{here}/cutovers/new")]
    if cutover.state == "done":
        return []
    why = "Who takes it to live by hand would leave it half moved."
    return [Demand("Finish the ramp", "ops", f"/cutovers/{cutover.id}", why)]


EXTRAS: dict[str, _Extra] = {
    "signup": _signup,
    "forecast": _forecast,
    "test": _test,
    "scheduled": _scheduled,
    "ramping": _ramping,
}

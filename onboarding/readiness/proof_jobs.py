"""The RQ edge of proofs: touch the real switch and source once, outside any transaction."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.metrics.base import MetricsSource
from onboarding.metrics.registry import check, source
from onboarding.readiness import proving
from onboarding.readiness.models import Proof
from onboarding.switches.base import Switch
from onboarding.switches.registry import switch

log = structlog.get_logger()
LONGEST = 300  # characters of an error that nobody foresaw
LOOKED_BACK = timedelta(minutes=1)
COUNTED_WITHIN_S, READ_AGAIN_S = 8.0, 1.0
SET_WITHIN_S = 20.0  # after a slower check nothing is set: a run may have been let in by then


def prove(proof_id: int) -> None:
    """Ask the switch and the source of the proof's cutover; safe to run twice."""
    with transaction() as session:
        cutover = proving.begin(session, proof_id)
        if cutover is None:
            return
        stream = cutover.stream
        wirings = dict(cutover.switch), dict(cutover.metrics)
    began = clock.ticks()
    saw: list[str] = []
    found = {"switch": "", "rollback": "", "metrics": ""}
    made: list[Switch] = []

    def ask_switch() -> None:
        made.append(switch(wirings[0]["kind"], wirings[0].get("config", {}), key=stream))
        made[0].check()

    found["switch"] = _fault(ask_switch)
    if found["switch"]:
        found["rollback"] = "the switch does not answer"
    else:
        key = f"{stream}/proof/{proof_id}"
        found["rollback"] = _fault(lambda: saw.append(_set_nothing(made[0], key, began)))
    found["metrics"] = _fault(lambda: saw.append(_counts(wirings[1], stream)))
    with transaction() as session:
        proving.finish(session, proof_id, found, saw)


def _fault(call: Callable[[], None]) -> str:
    try:
        call()
    except TurnupError as error:
        return error.line()
    except Exception as error:  # an adapter from elsewhere: the proof is over, and not well
        log.error("proof.broke", exc_info=error)
        return f"the adapter broke ({type(error).__name__}: {error})"[:LONGEST]
    return ""


def _set_nothing(one: Switch, key: str, began: float) -> str:
    """Set a switch at 0 % to 0 % and read it back: what a roll-back does, with nothing moved."""
    found = one.read()
    if found.share != 0 or found.selector:
        moved = f"moves {found.selector}" if found.selector else f"is at {found.share:g} %"
        raise TurnupError(f"it {moved}, not nothing", hint="somebody turned it: set it back first")
    if one.ability.by_hand:
        return "a person turns it; it counts as at 0 % now"
    if clock.ticks() - began > SET_WITHIN_S:
        raise TurnupError("it answers too slowly", hint="see why, and prove it again")
    at = clock.ticks()
    one.set(0.0, key)
    found = one.read()
    if found.share != 0:
        raise TurnupError(
            f"set to 0 %, it reads {found.share:g} %", hint="it does not do what it is told"
        )
    return f"set to 0 % and read at 0 % in {clock.ticks() - at:.2f} s"


def _counts(wiring: dict[str, object], stream: str) -> str:
    config = wiring.get("config") or {}
    assert isinstance(config, dict)
    one = source(str(wiring["kind"]), config, feed=stream)
    check(one)
    counted = _intervals(one)
    if not counted:
        raise TurnupError(
            "the source answers and gives no counts of either path",
            hint="see that traffic runs and is counted there, and prove it again",
        )
    return (
        f"the source {wiring['kind']} answers; {counted} intervals with counts in the last minute"
    )


def _intervals(one: MetricsSource) -> int:
    """How many intervals of the last minute have counts. A source that keeps the totals of its last
    reading, or follows a log from now on, gives the first of them some seconds later."""
    lag: timedelta = getattr(one, "lag", timedelta())
    since, began = clock.now() - LOOKED_BACK - lag, clock.ticks()
    while True:
        given = one.read(since, clock.now())
        counted = sum(1 for sample in given if sample.moved or sample.control)
        if counted or clock.ticks() - began >= COUNTED_WITHIN_S:
            return counted
        since = given[-1].at if given else since
        time.sleep(READ_AGAIN_S)


def sweep() -> None:
    """Proofs that were asked for and that no worker has begun: Redis was away."""
    session = db.session()
    waiting = [row.id for row in session.query(Proof).filter_by(state="asked").limit(50)]
    session.rollback()
    for proof_id in waiting:
        prove(proof_id)

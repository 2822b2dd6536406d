"""The clock of DNS beside a flip: what was lowered and when it is safe, who follows old answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput
from onboarding.ramps.models import Intent, Ramp
from onboarding.readiness.ttl_clock import TtlClock, Turn, gone_at, on_old_answers
from onboarding.switches.registry import switch

#: Switches whose delay is the time for which resolvers keep answers.
DNS = ("powerdns", "rfc2136", "route53", "cloudflare")


@dataclass(frozen=True)
class DnsClock:
    """`names`: the clock of each name that a probe watches. `ttl_s`: how long answers of the
    switch itself are kept (0: it is none of DNS); `old`: percent of all traffic that is estimated
    to follow answers from before its last turns, none of it from `gone_at` on."""

    names: tuple[TtlClock, ...]
    ttl_s: float
    old: float
    gone_at: datetime | None

    @property
    def shown(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.names) or self.ttl_s > 0


def dns_clock(session: Session, cutover: Cutover, names: tuple[TtlClock, ...]) -> DnsClock:
    """The clock of `cutover` now; nothing is reached for."""
    ttl_s = _ttl(cutover)
    turns = _turns(session, cutover) if ttl_s else []
    now = clock.now()
    end = gone_at(turns, ttl_s)
    return DnsClock(
        names, ttl_s, on_old_answers(turns, ttl_s, now), end if end and end > now else None
    )


def _ttl(cutover: Cutover) -> float:
    """Seconds until a turn of the switch has reached everybody."""
    wiring = cutover.switch
    if wiring.get("kind") not in DNS:
        return 0.0
    given = wiring.get("config", {}).get("ttl")
    if isinstance(given, int | float) and given > 0:
        return float(given)
    try:
        made = switch(wiring.get("kind", ""), wiring.get("config", {}), key=cutover.stream)
    except BadInput:
        return 0.0
    return made.ability.delay_s


def _turns(session: Session, cutover: Cutover) -> list[Turn]:
    """Every turn of the switch that was read back, of all runs."""
    query = select(Intent).join(Ramp, Intent.ramp_id == Ramp.id)
    query = query.where(Ramp.cutover_id == cutover.id, Intent.state == "done")
    found = session.scalars(query.order_by(Intent.id.desc()).limit(100))
    return [
        Turn(one.closed_at, one.from_share, one.read_share)
        for one in found
        if one.closed_at is not None and one.read_share is not None
    ]

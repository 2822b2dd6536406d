"""Gather what the gates and stages look at, from the floors below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import progress
from onboarding.config import settings
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.calendar import GRACE
from onboarding.cutovers.models import Cutover
from onboarding.forecasts import queries as forecasts
from onboarding.readiness.binding import Said, changed, digest, overruled, parts_of, word
from onboarding.readiness.gates import Facts, Gate
from onboarding.readiness.gates import gates as judge
from onboarding.readiness.gates import ready as all_met
from onboarding.readiness.gathering import Gathered, gather, last_votes, standby_teams
from onboarding.readiness.known import known_by
from onboarding.readiness.looking import DNS_SWITCHES
from onboarding.readiness.models import Vote
from onboarding.readiness.ttl_clock import TtlClock
from onboarding.rosters.coverage import Gap
from onboarding.web.times import span

__all__ = [
    "Said",
    "bound",
    "digest",
    "facts",
    "fingerprint",
    "gates",
    "overrules",
    "ready",
    "standby_teams",
    "votes",
]


def fingerprint(session: Session, cutover: Cutover) -> str:
    """What a vote is bound to: plan, forecast and configuration by version, who stands by."""
    return _fingerprint(_gathered(session, cutover), cutover)


def _fingerprint(found: Gathered, cutover: Cutover) -> str:
    return digest(parts_of(found, cutover))


def bound(session: Session, cutover: Cutover) -> dict[str, Any]:
    """The parts of `fingerprint`, to say later which of them changed."""
    return parts_of(_gathered(session, cutover), cutover)


def votes(session: Session, cutover_id: int) -> Sequence[Vote]:
    """The last vote of each team."""
    return last_votes(session, [cutover_id]).get(cutover_id, [])


def gates(session: Session, cutover: Cutover) -> list[Gate]:
    """The gates of `cutover` as they stand now."""
    return judge(facts(_gathered(session, cutover), cutover))


@dataclass(frozen=True)
class Survey:
    """All of a cutover's readiness: gates, overrules, the DNS clock of each name probed."""

    gates: list[Gate]
    overrules: list[Said]
    ttls: tuple[TtlClock, ...]


def survey(session: Session, cutover: Cutover) -> Survey:
    """What `gates` and `overrules` give, and more, with the queries of one of them."""
    found = _gathered(session, cutover)
    ttls = found.ttls.get(cutover.turnup_id, ())
    rows = known_by(judge(facts(found, cutover)), found, cutover)
    return Survey(rows, _said(found, cutover), ttls)


def _said(found: Gathered, cutover: Cutover) -> list[Said]:
    bound_to = _fingerprint(found, cutover)
    rows = found.overrules.get(cutover.id, ())
    return [Said(row, row.fingerprint == bound_to) for row in reversed(rows)]


def _gathered(session: Session, cutover: Cutover) -> Gathered:
    return gather(session, [cutover.turnup], {cutover.turnup_id: cutover})


def facts(found: Gathered, cutover: Cutover) -> Facts:
    """What the gates of `cutover` judge."""
    forecast = found.forecasts.get(cutover.turnup_id)
    parts = parts_of(found, cutover)
    bound_to = digest(parts)
    votes = found.votes.get(cutover.id, ())
    lines = found.lines.get(cutover.turnup_id, ())
    return Facts(
        open_items=tuple(ln.item.title for ln in progress.still_demanded(lines, "ramping")),
        forecast_done=forecast is not None and forecast.state == "done",
        signed=frozenset(forecasts.signed_by(forecast)) if forecast else frozenset(),
        fit=forecast.fit.get("verdict", "") if forecast else "",
        seats={
            (seat.team, seat.role): "on_station" if seat.on_station_at else seat.state
            for seat in found.seats.get(cutover.id, ())
        },
        now=clock.now(),
        votes={vote.team: word(vote, bound_to) for vote in votes},
        changed={vote.team: changed(vote, parts) for vote in votes if vote.bound},
        teams=found.teams,
        in_window=cutover.starts_at - GRACE <= clock.now() <= cutover.ends_at,
        window_why=_window_why(cutover),
        early=_early(found, cutover),
        freezes=tuple(
            one.name
            for one in found.freezes
            if one.start < cutover.ends_at
            and one.concerns(
                found.regions.get(cutover.turnup_id, frozenset()), cutover.turnup.customer_id
            )
            and (one.key, cutover.turnup_id) not in found.let_through
        ),
        practice=cutover.practice,
        unreachable=found.unreachable.get(cutover.id, ()),
        reach_demanded=settings().demand_reachable,
        uncovered=tuple(_minutes(gap) for gap in found.uncovered[cutover.id] if _bare(gap)),
        station_demanded=cutover.demand_on_station,
        proof=found.proofs.get(cutover.id),
        proof_days=settings().proof_days,
        rehearsed=found.rehearsed.get(cutover.turnup_id),
        rehearsal_days=settings().rehearsal_days,
        certificates=found.certificates.get(cutover.turnup_id, ()),
        ttls=found.ttls.get(cutover.turnup_id, ()),
        ttl_binds=cutover.switch.get("kind") in DNS_SWITCHES,
        open_tickets=found.tickets.get(cutover.turnup_id, ()),
        overruled=overruled(found.overrules.get(cutover.id, ()), bound_to),
    )


def _bare(gap: Gap) -> bool:
    """Whether nobody at all is there, though somebody accepted (else the seat itself is missing)."""
    return bool(gap.away) and not gap.backup


def _minutes(gap: Gap) -> str:
    same_day = gap.start.date() == gap.end.date()
    until = gap.end.strftime("%H:%M" if same_day else "%d %b %H:%M")
    return f"{gap.team} {gap.start:%d %b %H:%M} to {until} UTC ({' and '.join(gap.away)} away)"


def ready(session: Session, cutover_id: int) -> bool:
    """Whether nothing stands in the way of starting this cutover."""
    return all_met(gates(session, cutovers.get(session, cutover_id)))


def overrules(session: Session, cutover: Cutover) -> list[Said]:
    """Every overrule of the cutover there ever was, the newest first, with whether it counts."""
    return _said(_gathered(session, cutover), cutover)


def _early(found: Gathered, cutover: Cutover) -> str:
    return found.early.get(cutover.id, "") if clock.now() < cutover.starts_at else ""


def _window_why(cutover: Cutover) -> str:
    now = clock.now()
    if now < cutover.starts_at - GRACE:
        return f"it opens in {span(cutover.starts_at - now)}"
    if now > cutover.ends_at:
        return f"it closed {span(now - cutover.ends_at)} ago"
    return f"open for another {span(cutover.ends_at - now)}"

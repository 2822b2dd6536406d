"""By what each gate is known, where the gate itself does not say: a line each of who, when, what."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.readiness.gates import Gate
from onboarding.readiness.gathering import Gathered

Lines = tuple[str, ...]


def known_by(rows: Sequence[Gate], found: Gathered, cutover: Cutover) -> list[Gate]:
    """`rows` with their evidence. For one cutover alone: it reads names that `gather` leaves."""
    seats, forecast = _seats(found, cutover), _forecast(found, cutover)
    lines = {
        "checklist": _checklist(found, cutover),
        "forecast": forecast,
        "capacity": _capacity(found, cutover),
        "roster": seats,
        "on_station": seats,
        "freeze": tuple(f"{one.name}: {_at(one.start)} to {_at(one.end)}" for one in found.freezes),
        "window": (f"{_at(cutover.starts_at)} to {_at(cutover.ends_at)}",),
    }
    return [replace(row, evidence=row.evidence or lines.get(row.key, ())) for row in rows]


def _checklist(found: Gathered, cutover: Cutover) -> Lines:
    needed = [line for line in found.lines.get(cutover.turnup_id, ()) if line.item.required]
    settled = [line for line in needed if line.settled]
    left = tuple(f"open: {line.item.title}" for line in needed if not line.settled)
    return (f"{len(settled)} of {len(needed)} required items are settled", *left)


def _forecast(found: Gathered, cutover: Cutover) -> Lines:
    forecast = found.forecasts.get(cutover.turnup_id)
    if forecast is None:
        return ()
    return tuple(
        f"{one.team}: {one.user.name}, {_at(one.at)}, version {forecast.version}"
        + (f", void since {_at(one.voided_at)}" if one.voided_at else "")
        for one in forecast.signoffs
    )


def _capacity(found: Gathered, cutover: Cutover) -> Lines:
    forecast = found.forecasts.get(cutover.turnup_id)
    fit = forecast.fit if forecast else {}
    if not fit.get("site"):
        return ()
    at = _at(clock.parse(fit["at"]))
    load = f"{fit['load']:,.0f} of {fit['limit']:,.0f} req/s, {100 * fit['free']:.0f} % free"
    return (f"tightest: {fit['site']}, {at}: {load}",)


def _seats(found: Gathered, cutover: Cutover) -> Lines:
    said = []
    for seat in found.seats.get(cutover.id, ()):
        if seat.on_station_at:
            state = f"on station since {_at(seat.on_station_at)}"
        else:
            answered = f" {_at(seat.answered_at)}" if seat.answered_at else ""
            state = f"{seat.state}{answered}" + (f" ({seat.why})" if seat.why else "")
        said.append(
            f"{seat.team}, {seat.role}: {seat.user.name if seat.user else 'nobody'}, {state}"
        )
    return tuple(said)


def _at(at: datetime) -> str:
    return f"{at:%d %b %H:%M} UTC"

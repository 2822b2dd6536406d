"""What was found as a page shows it: days in rows, hours in columns, one start in words. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from onboarding.clock import iso, parse

SLOT = timedelta(minutes=30)
NAMES = {
    "people": "People",
    "traffic": "Traffic",
    "capacity": "Room",
    "calendar": "Calendar",
    "near": "Other flips",
    "suits": "The customer's wishes",
    "wait": "Waiting",
}


@dataclass(frozen=True)
class Cell:
    """An hour: its first start's number and price (None: it cannot be), `level` 0 (among the
    cheapest) to 3, the rank among the best (0: none), whether the chosen window covers it."""

    slot: int
    at: datetime
    price: float | None
    level: int
    best: int
    chosen: bool


@dataclass(frozen=True)
class Day:
    """One day of the viewer; hours before the first start or after the last are None."""

    day: datetime
    cells: tuple[Cell | None, ...]


def days_of(found: dict[str, Any], zone: str, chosen: datetime | None = None) -> list[Day]:
    """The starts at full hours UTC, day by day on the clock of `zone`, hour by hour of it. Where
    clocks go back, the second of two equal hours is left to the timeline's keys."""
    here, origin = ZoneInfo(zone), parse(found["origin"])
    prices = sorted(price for price in found["price"] if price is not None)
    marks = [prices[int(len(prices) * part)] for part in (0.1, 0.35, 0.7)] if prices else []
    ranks = {one["slot"]: rank for rank, one in enumerate(found["best"], start=1)}
    begin = origin + framed_slot(found, chosen) * SLOT
    end = begin + timedelta(minutes=found["minutes"])
    cells = []
    for slot in range(0, len(found["price"]), 2):
        at = (origin + slot * SLOT).astimezone(here)
        price = found["price"][slot]
        level = 0 if price is None else sum(price > mark for mark in marks)
        rank = ranks.get(slot) or ranks.get(slot + 1) or 0
        inside = begin < at + 2 * SLOT and at < end
        cells.append(Cell(slot, at, price, level, rank, inside))
    rows = []
    for _day, several in groupby(cells, key=lambda cell: cell.at.date()):
        by_hour: dict[int, Cell] = {}
        for cell in several:
            by_hour.setdefault(cell.at.hour, cell)
        first = next(iter(by_hour.values()))
        rows.append(Day(first.at, tuple(by_hour.get(hour) for hour in range(24))))
    return rows


def framed_slot(found: dict[str, Any], chosen: datetime | None = None) -> int:
    """The start that the timeline frames: `chosen`, else the best, else the first."""
    if chosen is not None:
        number = int((chosen - parse(found["origin"])) // SLOT)
        return min(max(0, number), len(found["price"]) - 1)
    return int(found["best"][0]["slot"]) if found["best"] else 0


def found_slot(found: dict[str, Any], start: datetime) -> dict[str, Any]:
    """What is known of the start at or next before `start`: its times, its price with its parts, or
    why it cannot be. `known` is False outside of what was looked at."""
    number = int((start - parse(found["origin"])) // SLOT)
    if not 0 <= number < len(found["price"]):
        return {"known": False}
    begin = parse(found["origin"]) + number * SLOT
    block = found["block"][number]
    return {
        "known": True,
        "start": iso(begin),
        "end": iso(begin + timedelta(minutes=found["minutes"])),
        "price": found["price"][number],
        "why": found["blocks"][block] if block >= 0 else "",
        "parts": [(NAMES[key], values[number]) for key, values in found["parts"].items()],
    }

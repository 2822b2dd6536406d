"""Times as people and programs write them, to seconds since 1970 UTC; the repeated hour told apart."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from onboarding.errors import BadInput, marked, nested
from onboarding.forecasts.intake.choice import TIMES
from onboarding.forecasts.tables import parse_time

DAY_FIRST = (0, 1, 2)
MONTH_FIRST = (1, 0, 2)


class Moments:
    """Reads the times of one column, row after row.

    Where clocks are put back an hour is written twice. The rows' own order tells the two apart: in
    a table that runs forward the second pass begins where the clock steps back.
    """

    def __init__(self, times: str, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self._utc = zone == "UTC"
        self._last: datetime | None = None
        self._forward = True
        self._read: Callable[[str], tuple[int, int | None]] = {
            "iso": self._iso,
            "dmy": lambda text: self._dotted(text, DAY_FIRST),
            "mdy": lambda text: self._dotted(text, MONTH_FIRST),
            "epoch_s": lambda text: (_count(text, 1), 0),
            "epoch_ms": lambda text: (_count(text, 1000), 0),
        }[times]

    def __call__(self, text: str) -> tuple[int, int | None]:
        """(seconds since 1970 UTC, offset in seconds where the text has one). Raises BadInput."""
        return self._read(text)

    def _iso(self, text: str) -> tuple[int, int | None]:
        if self._utc:
            return parse_time(text, UTC)
        try:
            at = datetime.fromisoformat(text.strip())
        except ValueError:
            return parse_time(text, UTC)  # says what is wrong with it
        return parse_time(text, UTC) if at.tzinfo else self._local(at)

    def _dotted(self, text: str, order: tuple[int, int, int]) -> tuple[int, int | None]:
        """23/11/2026 17:00, 23.11.2026 17:00:00; also with a two-figure hour alone."""
        date, _, clock = text.strip().partition(" ")
        parts = date.replace(".", "/").replace("-", "/").split("/")
        hands = [*clock.split(":"), "0", "0"][:3]
        try:
            day, month, year = (int(parts[i]) for i in order)
            hour, minute, second = (int(float(hand or 0)) for hand in hands)
            at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - a wall clock
        except (ValueError, IndexError, OverflowError):
            shape = "dmy" if order == DAY_FIRST else "mdy"
            raise BadInput(
                marked("{value} is not a time", value=repr(text[:40])),
                hint=marked("expected {shape}", shape=nested(TIMES[shape])),
            ) from None
        return self._local(at)

    def _local(self, at: datetime) -> tuple[int, int | None]:
        """A wall-clock time in the column's zone."""
        early, late = at.replace(tzinfo=self.zone), at.replace(tzinfo=self.zone, fold=1)
        chosen = early
        if early.utcoffset() != late.utcoffset():
            if early.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != at:
                raise BadInput(
                    marked(
                        "there is no {time} on {day} in {zone}: clocks were put forward",
                        time=f"{at:%H:%M}",
                        day=f"{at:%Y-%m-%d}",
                        zone=self.zone.key,
                    ),
                    hint=marked("the times are of another zone: choose that one"),
                )
            chosen = self._pass(at)
        elif self._last is not None and at != self._last:
            self._forward = at > self._last.replace(fold=0)
        self._last = chosen.replace(tzinfo=None)
        return int(chosen.timestamp()), None

    def _pass(self, at: datetime) -> datetime:
        """Which of the two hours of this name a row is in."""
        last = self._last
        fold = 0 if self._forward else 1
        if last is not None and abs(last - at).total_seconds() < 7200:
            before = last.replace(fold=0)
            stepped = at <= before if self._forward else at >= before
            two = last.replace(tzinfo=self.zone, fold=0)
            twice = two.utcoffset() != two.replace(fold=1).utcoffset()
            if twice:
                return at.replace(tzinfo=self.zone, fold=1 - fold if stepped else last.fold)
        if last is not None:  # the row before is of no repeated hour: it tells which way rows run
            self._forward = at > last.replace(fold=0)
            fold = 0 if self._forward else 1
        return at.replace(tzinfo=self.zone, fold=fold)


def _count(text: str, unit: int) -> int:
    try:
        seconds = int(float(text) // unit)
    except (ValueError, OverflowError):
        raise BadInput(
            marked("{value} is not a count", value=repr(text[:40])),
            hint=marked("expected seconds or milliseconds since 1970"),
        ) from None
    if not 0 <= seconds < 4102444800:
        raise BadInput(
            marked("{value} is a time outside 1970 to 2099", value=text.strip()[:40]),
            hint=marked("expected seconds or milliseconds since 1970: choose the other"),
        )
    return seconds

"""How a file is to be read: guessed first, then as the person who knows it says."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from onboarding.errors import BadInput, marked

#: How a time may be written. A count of seconds or milliseconds is since 1970, UTC.
TIMES = {
    "iso": "2026-11-23T17:00:00Z, 2026-11-23 17:00",
    "dmy": marked("23/11/2026 17:00, day first"),
    "mdy": marked("11/23/2026 17:00, month first"),
    "epoch_s": marked("1795453200, seconds since 1970"),
    "epoch_ms": marked("1795453200000, milliseconds since 1970"),
}

#: Units a column may be in: (requests or bits per second of one, per interval of a row?).
RATES = {
    "req/s": 1.0,
    "req/min": 1 / 60,
    "req/h": 1 / 3600,
    marked("thousand req/s"): 1e3,
    marked("million req/s"): 1e6,
}
COUNTS = {marked("requests per row"): 1.0}
BITS = {"bit/s": 1.0, "Mbit/s": 1e6, "Gbit/s": 1e9, "byte/s": 8.0, "MB/s": 8e6}
UNITS = (*RATES, *COUNTS, *BITS)

SHAPES = ("table", "log")


@dataclass(frozen=True)
class Choice:
    """`shape`: a table with a column of times and one of values, or a web access log.

    `time` and `value` are the columns' positions from 0, `header` whether the first line names them,
    `zone` the IANA zone of times without an offset, `mean_bytes` the mean size of a response where
    the unit is bits or bytes (0: not said), `sure` that an unlikely size is what was meant.
    `multiply` corrects a unit that was off.
    """

    shape: str = "table"
    delimiter: str = ","
    header: bool = True
    time: int = 0
    value: int = 1
    times: str = "iso"
    zone: str = "UTC"
    unit: str = "req/s"
    mean_bytes: float = 0.0
    multiply: float = 1.0
    sure: bool = False

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def but(self, **changes: Any) -> "Choice":
        """The same with some changes."""
        return replace(self, **changes)

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Choice":
        """From `plain`; what is not known is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in plain.items() if key in known})


def check(choice: Choice) -> None:
    """Raises BadInput naming the field that cannot be used."""
    if choice.shape not in SHAPES:
        raise BadInput(
            marked("{what} is no kind of file", what=repr(choice.shape)),
            place="shape",
            hint=marked("table or log"),
        )
    try:
        ZoneInfo(choice.zone)
    except (KeyError, ValueError, OSError):
        raise BadInput(
            marked("there is no time zone {zone}", zone=repr(choice.zone[:60])),
            place="zone",
            hint=marked("expected a name like UTC or Europe/Berlin"),
        ) from None
    if choice.shape == "log":
        return
    if choice.time == choice.value:
        raise BadInput(
            marked("time and value are the same column"),
            place="value",
            hint=marked("choose two columns"),
        )
    if choice.times not in TIMES or choice.unit not in UNITS:
        raise BadInput(
            marked("this is no choice"),
            place="unit",
            hint=marked("one of {what}", what=", ".join(UNITS)),
        )
    if choice.unit in BITS and choice.mean_bytes <= 0:
        raise BadInput(
            marked("a bit rate says nothing of requests"),
            place="mean_bytes",
            hint=marked("say how large a response is on average, in bytes"),
        )


def per_second(choice: Choice, row_seconds: int) -> float:
    """What a value of the file is multiplied by to become requests a second."""
    if choice.shape == "log":
        return choice.multiply
    if choice.unit in COUNTS:
        return choice.multiply / row_seconds
    if choice.unit in BITS:
        return choice.multiply * BITS[choice.unit] / (8 * choice.mean_bytes)
    return choice.multiply * RATES[choice.unit]

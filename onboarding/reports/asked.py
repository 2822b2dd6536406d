"""Which days and which customers a report is asked about, read from an address. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from onboarding.customers.stages import LEVELS
from onboarding.errors import BadInput

DAY = timedelta(days=1)
USUAL_DAYS = 90
LONGEST = timedelta(days=3660)


@dataclass(frozen=True)
class Asked:
    """From the first to the last of these days (UTC); "" and None leave the segment open. Regions
    are those of the sites that a customer's traffic goes to."""

    since: date
    until: date
    level: str = ""
    region: str = ""
    manager: int | None = None

    @property
    def start(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.since, time(), UTC)

    @property
    def end(self) -> datetime:
        """The moment after the last."""
        return datetime.combine(self.until + DAY, time(), UTC)

    @property
    def narrowed(self) -> bool:
        """Whether it is about a part of the customers only."""
        return bool(self.level or self.region or self.manager)

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.until - self.since).days + 1

    def query(self) -> dict[str, str]:
        """The arguments of an address that asks the same."""
        said = {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "level": self.level,
            "region": self.region,
            "manager": str(self.manager or ""),
        }
        return {name: value for name, value in said.items() if value}


def asked(
    given: Mapping[str, str], today: date, regions: Collection[str], managers: Collection[int]
) -> Asked:
    """What an address asks for; the last 90 days where it names none. Raises BadInput at the field."""
    until = _day(given, "until") or today
    since = _day(given, "since") or until - timedelta(days=USUAL_DAYS - 1)
    if since > until:
        raise BadInput("it begins after its end", place="since", hint=f"{until} or earlier")
    if until - since > LONGEST:
        raise BadInput("this is too long", place="since", hint="ten years at most")
    return Asked(
        since,
        until,
        _one_of(given, "level", LEVELS),
        _one_of(given, "region", regions),
        int(manager)
        if (manager := _one_of(given, "manager", [str(one) for one in managers]))
        else None,
    )


def _day(given: Mapping[str, str], name: str) -> date | None:
    value = given.get(name, "").strip()
    if not value:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise BadInput("this is no day", place=name, hint="like 2027-01-31") from None
    if not 1970 <= found.year <= 9000:
        raise BadInput("this is no day of ours", place=name, hint="like 2027-01-31")
    return found


def _one_of(given: Mapping[str, str], name: str, options: Collection[str]) -> str:
    value = given.get(name, "").strip()
    if value and value not in options:
        raise BadInput("this is no choice", place=name, hint="choose from the list")
    return value


def month_before(today: date) -> Asked:
    """The whole calendar month before that of `today`."""
    last = today.replace(day=1) - DAY
    return Asked(last.replace(day=1), last)

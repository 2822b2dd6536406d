"""What a customer wishes of a window: days, hours, and whether their public holidays are freezes.
Other times in which they want nothing switched are freezes of theirs, see `freezes`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer
from onboarding.cutovers.freezes import HOLIDAY, FreezeSaid, add_freeze, drop_freeze
from onboarding.cutovers.models import Freeze
from onboarding.cutovers.obstacle_models import WindowWishes
from onboarding.db import after_commit
from onboarding.errors import BadInput, marked
from onboarding.people.places import place
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record

AHEAD_DAYS = 400
Holiday = Callable[[str, str, date], str | None]


@dataclass(frozen=True)
class WishesSaid:
    """What is said: `days` are ISO weekdays, none for any; `hours` as `("22:00", "06:00")`, both
    empty for any."""

    country: str = ""
    subdivision: str = ""
    holidays: bool = False
    days: tuple[int, ...] = ()
    hours: tuple[str, str] = ("", "")


def of(session: Session, customer_id: int) -> WindowWishes | None:
    """What this customer wishes, if anything was said."""
    return session.get(WindowWishes, customer_id)


def set_wishes(session: Session, actor: Actor, customer: Customer, said: WishesSaid) -> None:
    """Write down what the customer wishes. Raises BadInput at the field; nothing is written."""
    country, subdivision = place(said.country, said.subdivision)
    if said.holidays and not country:
        raise BadInput(
            marked("whose public holidays"), place="country", hint=marked("choose the country")
        )
    _check(said)
    row = of(session, customer.id) or WindowWishes(customer_id=customer.id)
    row.country, row.subdivision, row.holidays = country, subdivision, said.holidays
    row.days, row.hours = sorted(set(said.days)), "-".join(said.hours) if said.hours[0] else ""
    row.changed_by, row.changed_at = actor.user_id, clock.now()
    session.add(row)
    session.flush()
    told = {"days": row.days, "hours": row.hours}
    place_said = {"country": country, "subdivision": subdivision, "holidays": said.holidays}
    record(session, customer.stream, "window.wishes", actor, told | place_said)
    after_commit(
        "holidays", lambda: enqueue("default", "onboarding.cutovers.feed_jobs.lay_out_holidays")
    )


def _check(said: WishesSaid) -> None:
    if any(not 1 <= day <= 7 for day in said.days):
        raise BadInput(
            marked("this is no weekday"), place="days", hint=marked("1 (Monday) to 7 (Sunday)")
        )
    for text, name in zip(said.hours, ("from", "until"), strict=True):
        if bool(text) != any(said.hours) or (text and not _is_time(text)):
            raise BadInput(
                marked("{text} is no time of day", text=repr(text)),
                place=name,
                hint=marked("both, like 22:00"),
            )
    if said.hours[0] and said.hours[0] == said.hours[1]:
        raise BadInput(
            marked("these hours are empty"),
            place="until",
            hint=marked("leave both empty for any hour"),
        )


def _is_time(text: str) -> bool:
    try:
        return len(text) == 5 and time.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def with_holidays(session: Session) -> Sequence[int]:
    """Ids of customers whose public holidays count, or counted until now."""
    counted = select(Freeze.customer_id).where(Freeze.uid.startswith(HOLIDAY))
    query = select(WindowWishes.customer_id).where(
        WindowWishes.holidays | WindowWishes.customer_id.in_(counted)
    )
    return session.scalars(query.order_by(WindowWishes.customer_id)).all()


def lay_out(session: Session, actor: Actor, customer_id: int, holiday: Holiday) -> None:
    """Make the public holidays of the coming 400 days freezes of this customer, or take those away
    that count no longer. Whole days on the customer's clock."""
    row = session.get(WindowWishes, customer_id, with_for_update={"of": WindowWishes})
    customer = session.get_one(Customer, customer_id)
    wanted = _holidays(row, ZoneInfo(customer.timezone), holiday) if row and row.holidays else {}
    query = select(Freeze).where(
        Freeze.customer_id == customer_id,
        Freeze.uid.startswith(HOLIDAY),
        Freeze.ends_at > clock.now(),
    )
    for freeze in session.scalars(query).unique().all():
        if freeze.uid not in wanted:
            drop_freeze(session, actor, freeze)
    for uid, (name, start, end) in wanted.items():
        add_freeze(
            session, actor, FreezeSaid(name, start, end, "public holiday", "", customer_id, uid)
        )


def _holidays(
    row: WindowWishes, zone: ZoneInfo, holiday: Holiday
) -> dict[str, tuple[str, datetime, datetime]]:
    today = clock.now().astimezone(zone).date()
    found = {}
    for number in range(AHEAD_DAYS):
        day = today + timedelta(days=number)
        name = holiday(row.country, row.subdivision, day)
        if name:
            start, end = (
                datetime.combine(one, time(), zone).astimezone(UTC)
                for one in (day, day + timedelta(days=1))
            )
            found[f"{HOLIDAY}{row.customer_id}:{day}"] = (name, start, end)
    return found

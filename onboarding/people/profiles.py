"""Change what people say of themselves: hours, place, languages, wishes; and who may."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from onboarding.errors import BadInput, NotAllowed, NotFound, marked
from onboarding.people.models import User
from onboarding.people.permissions import may
from onboarding.people.places import place
from onboarding.trail.log import Actor, record
from onboarding.zones import zones


@dataclass(frozen=True)
class Given:
    """What somebody may say of themselves, checked by `profile` and `places` where it is made."""

    timezone: str
    hours: str
    days: list[int]
    country: str
    subdivision: str
    languages: list[str]
    wishes: dict[str, Any]


def person(session: Session, user_id: int) -> User:
    """Somebody of the vendor's. Raises NotFound."""
    user = session.get(User, user_id)
    if user is None or user.role == "customer":
        raise NotFound(f"There is no person {user_id}", hint="see /people")
    return user


def leads(user: User, other: User) -> bool:
    """Whether `user` answers for `other`: leads their team, or keeps everybody's records."""
    return may(user.role, "people.edit") or bool(other.team and other.team.lead_id == user.id)


def check_own(user: User, other: User) -> None:
    """Raises NotAllowed unless `user` is `other` or answers for them."""
    if user.id != other.id and not leads(user, other):
        raise NotAllowed(
            "Only the person or the lead of their team changes this",
            hint="ask one of them, or an administrator",
        )


def check_lead(user: User, other: User) -> None:
    """Raises NotAllowed unless `user` answers for `other`."""
    if not leads(user, other):
        raise NotAllowed(
            "Only the lead of their team changes this", hint="ask them, or an administrator"
        )


def change(session: Session, actor: Actor, user: User, given: Given) -> None:
    """Keep what somebody says of themselves. Raises BadInput at `timezone`, `country`, …"""
    new = {
        **_whereabouts(given.timezone, given.country, given.subdivision),
        "hours": given.hours,
        "days": given.days,
        "languages": given.languages,
        "wishes": given.wishes,
    }
    _keep(session, actor, user, new)


def live_in(
    session: Session, actor: Actor, user: User, timezone: str, country: str, subdivision: str
) -> None:
    """Keep only where somebody is: their clock, and whose public holidays are theirs. Raises
    BadInput at the field."""
    _keep(session, actor, user, _whereabouts(timezone, country, subdivision))


def _whereabouts(timezone: str, country: str, subdivision: str) -> dict[str, Any]:
    if timezone not in zones():
        what = marked("{timezone} is not a time zone", timezone=repr(timezone))
        raise BadInput(what, place="timezone", hint=marked("like Europe/London"))
    country, subdivision = place(country, subdivision)
    return {"timezone": timezone, "country": country, "subdivision": subdivision}


def _keep(session: Session, actor: Actor, user: User, new: Mapping[str, Any]) -> None:
    changed = sorted(key for key, value in new.items() if getattr(user, key) != value)
    for key in changed:
        setattr(user, key, new[key])
    if changed:
        record(session, "system", "people.changed", actor, {"user": user.id, "what": changed})

"""The weekly letter to support: what ships this week, what to say of it, which flips it meets."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.clock import spoken
from onboarding.config import settings
from onboarding.cutovers.ship_weeks import WEEK, Shipping, monday, shipping
from onboarding.cutovers.ships import support
from onboarding.outbox.actions import known, post
from onboarding.people.models import User

OPENS = time(8)


def write(session: Session, now: datetime) -> int:
    """Write to each in support whose week has begun (Monday, 08:00 on their clock; where no worker
    ran then or nothing was to ship, the next morning that it can be written) and who has not heard
    of it; nothing where nothing ships. How many letters."""
    written = 0
    for user in support(session):
        if now.astimezone(ZoneInfo(user.timezone)).time() < OPENS:
            continue
        start = monday(now, user.timezone)
        key = f"ships:{start:%G-W%V}:{user.id}"
        if known(session, key):
            continue
        found = shipping(session, max(start, now), start + WEEK)
        if found:
            post(session, "email", _letter(key, user, found), topic="system")
            written += 1
    return written


def _letter(key: str, user: User, found: Sequence[Shipping]) -> Letter:
    many = "1 ship" if len(found) == 1 else f"{len(found)} ships"
    waiting = sum(not one.ready for one in found)
    text = [f"Hello {user.name},", "", f"this week {many}:"]
    for one in found:
        text += ["", *_lines(one, user.timezone)]
    if waiting:
        text += ["", f"Of {waiting} nobody in support has said yet that they are ready."]
    text += ["", f"{settings().public_url.rstrip('/')}/ships", ""]
    return Letter(key, user.email, f"What ships this week: {many}", "\n".join(text))


def _lines(one: Shipping, zone: str) -> list[str]:
    ship = one.ship
    when = spoken(ship.starts_at, ship.ends_at, zone)
    said = [f"- {ship.name} ({ship.owner}, {ship.risk} risk), {when}"]
    said.append(f"  {ship.note or 'No note yet: ask the owner what to tell customers.'}")
    said.append(f"  Support is ready: {'yes' if one.ready else 'NOT YET'}")
    for cutover in one.met:
        how = "meets"
        if one.blocks:
            how = "is let through" if cutover.id in one.let else "HELD UP BY IT"
        said.append(f"  {how}: {cutover.title}, {spoken(cutover.starts_at, cutover.ends_at, zone)}")
    return said

"""Writes of the configuration record: a new version, and agreeing to one."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.configs import files, queries
from onboarding.configs.models import ConfigAgreement, ConfigFile, ConfigVersion
from onboarding.customers.models import Turnup
from onboarding.errors import Stale
from onboarding.people.models import User
from onboarding.trail.log import Actor, record


def add_version(
    session: Session,
    actor: Actor,
    turnup: Turnup,
    based_on: int,
    given: Mapping[str, str],
    removed: Collection[str] = (),
    note: str = "",
) -> ConfigVersion:
    """The next version: the newest with `given` files (name to text) put in and `removed` taken
    out. Raises Stale where `based_on` is not the newest any more, and BadInput."""
    _lock(session, turnup.id)
    newest = queries.latest(session, turnup.id)
    number = newest.number if newest else 0
    if number != based_on:
        raise Stale(
            f"Version {number} was recorded meanwhile",
            hint="look at what changed, then make your change on top of it",
        )
    after = files.changed(queries.texts(newest), given, removed)
    made = ConfigVersion(
        turnup_id=turnup.id,
        number=number + 1,
        note=note,
        made_by=actor.user_id,
        made_at=clock.now(),
        files=[ConfigFile(name=name, text=text) for name, text in after.items()],
    )
    session.add(made)
    session.flush()
    payload = {"turnup": turnup.id, "version": made.number}
    record(session, turnup.customer.stream, "config.version", actor, payload, {"note": note})
    return made


def agree(session: Session, actor: Actor, user: User, turnup: Turnup, number: int) -> None:
    """`user` says that this version is right; twice is once. Raises NotFound."""
    _lock(session, turnup.id)
    found = queries.version(session, turnup.id, number)
    if any(one.user_id == user.id for one in found.agreements):
        return
    found.agreements.append(ConfigAgreement(user_id=user.id, at=clock.now()))
    payload = {"turnup": turnup.id, "version": number, "side": user.team_key or user.role}
    record(session, turnup.customer.stream, "config.agreed", actor, payload)


def _lock(session: Session, turnup_id: int) -> None:
    session.scalar(select(Turnup.id).where(Turnup.id == turnup_id).with_for_update())

"""Reads of the configuration record."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.configs.models import ConfigVersion
from onboarding.errors import NotFound, marked


def versions(session: Session, turnup_id: int) -> Sequence[ConfigVersion]:
    """All versions of a turn-up, the newest first."""
    query = select(ConfigVersion).where(ConfigVersion.turnup_id == turnup_id)
    return session.scalars(query.order_by(ConfigVersion.number.desc())).all()


def latest(session: Session, turnup_id: int) -> ConfigVersion | None:
    """The newest version; None where nothing was recorded."""
    query = select(ConfigVersion).where(ConfigVersion.turnup_id == turnup_id)
    return session.scalar(query.order_by(ConfigVersion.number.desc()).limit(1))


def version(session: Session, turnup_id: int, number: int) -> ConfigVersion:
    """One version. Raises NotFound."""
    query = select(ConfigVersion).where(
        ConfigVersion.turnup_id == turnup_id, ConfigVersion.number == number
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(marked("There is no such version"), hint=marked("reload the page"))
    return found


def texts(found: ConfigVersion | None) -> dict[str, str]:
    """The files of a version by name; empty for None."""
    return {file.name: file.text for file in found.files} if found else {}


def newest_numbers(session: Session, turnup_ids: Sequence[int]) -> dict[int, int]:
    """The newest version's number by turn-up; those without any are left out."""
    query = select(ConfigVersion.turnup_id, func.max(ConfigVersion.number).label("number"))
    query = query.where(ConfigVersion.turnup_id.in_(turnup_ids)).group_by(ConfigVersion.turnup_id)
    return {row.turnup_id: row.number for row in session.execute(query)}

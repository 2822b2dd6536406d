"""Tables of the configuration record: versions, their files, and who agreed to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Turnup
from onboarding.db import Model
from onboarding.people.models import User


class ConfigVersion(Model):
    """All files of a turn-up's configuration as they were after one change. Never edited: what
    votes and agreements are bound to must stay what it was. `number` counts from 1."""

    __tablename__ = "config_versions"
    __table_args__ = (UniqueConstraint("turnup_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    number: Mapped[int]
    note: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime]
    author: Mapped[User] = relationship(lazy="joined")
    files: Mapped[list["ConfigFile"]] = relationship(order_by="ConfigFile.name")
    agreements: Mapped[list["ConfigAgreement"]] = relationship(order_by="ConfigAgreement.id")


class ConfigFile(Model):
    """One file of a version, whole."""

    __tablename__ = "config_files"
    __table_args__ = (UniqueConstraint("version_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(ConfigVersion.id))
    name: Mapped[str]
    text: Mapped[str]


class ConfigAgreement(Model):
    """Somebody said that this version is right."""

    __tablename__ = "config_agreements"
    __table_args__ = (UniqueConstraint("version_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(ConfigVersion.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")

"""The named cast: one person for each role, and a second for those who stand by."""

from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher

from onboarding import clock
from onboarding.db import transaction
from onboarding.people.actions import ensure_teams
from onboarding.people.models import User

PASSWORD = "correct horse battery"
PEOPLE = {
    "ann": ("Ann Archer", "account_manager", "account_management"),
    "sue": ("Sue Santos", "support", "support"),
    "sid": ("Sid Sommer", "support", "support"),
    "omar": ("Omar Okafor", "ops", "ops"),
    "olga": ("Olga Orlova", "ops", "ops"),
    "nina": ("Nina Novak", "neteng", "neteng"),
    "noah": ("Noah Nilsson", "neteng", "neteng"),
    "eve": ("Eve Engel", "engineering", "engineering"),
    "emil": ("Emil Eriksen", "engineering", "engineering"),
    "adam": ("Adam Admin", "admin", "ops"),
}


@cache
def _hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass
class Cast:
    """Ids of the users by first name: `cast["ann"]`."""

    ids: dict[str, int]

    def __getitem__(self, name: str) -> int:
        return self.ids[name]

    @classmethod
    def gather(cls) -> "Cast":
        """Write the people into the database."""
        with transaction() as session:
            teams = ensure_teams(session)
            users = {name: _user(name, teams[team].id) for name, (_, _, team) in PEOPLE.items()}
            session.add_all(users.values())
            session.flush()
            return cls({name: user.id for name, user in users.items()})


def _user(name: str, team_id: int) -> User:
    full, role, _ = PEOPLE[name]
    return User(
        email=f"{name}@vendor.example",
        name=full,
        role=role,
        team_id=team_id,
        password_hash=_hash(),
        session_salt=name,
        days=[1, 2, 3, 4, 5, 6, 7],
        hours="00:00-23:59",
        created_at=clock.now(),
    )

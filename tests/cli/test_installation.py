"""An installation from the shell: migrate, look after, audit, work; on both databases."""

import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from onboarding import factory
from onboarding.db import db
from onboarding.knowledge import indexing as knowledge
from onboarding.knowledge.indexing import ours
from onboarding.tickets import indexing as tickets
from tests.cli.shell import Call, Done, Shell

PASSWORD = "correct horse battery\n"
ADA = ["admin", "add-user", "--email", "Ada@vendor.example", "--name", "Ada Adams"]
CALLS = {
    "early": Call(["admin", "users"]),
    "migrate": Call(["admin", "migrate"]),
    "add": Call([*ADA, "--role", "ops", "--team", "ops"], PASSWORD),
    "add again": Call([*ADA, "--role", "ops"], PASSWORD),
    "add in no zone": Call([*ADA, "--role", "ops", "--timezone", "Mars/Base"], PASSWORD),
    "add in no country": Call([*ADA, "--role", "ops", "--country", "Germany"], PASSWORD),
    "users": Call(["admin", "users"]),
    "token": Call(["admin", "token", "ada@vendor.example"]),
    "token of nobody": Call(["admin", "token", "bob@vendor.example"]),
    "doctor": Call(["doctor", "--format", "json"]),
    "worker": Call(["worker", "--burst"]),
    "heads": Call(["audit", "heads"]),
    "verify": Call(["audit", "verify"]),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def shell(request: pytest.FixtureRequest, tmp_path: Path, empty_redis: str) -> Shell:
    """A shell on one database, which is empty at first."""
    home = str(tmp_path / "var")
    if request.param == "sqlite":
        return Shell(home, "", empty_redis)
    return Shell(home, request.getfixturevalue("postgres_server").new_database(), empty_redis)


def test_an_installation_is_set_up_looked_after_and_audited(shell: Shell, tmp_path: Path) -> None:
    """One process for all of it: most of what a command takes is the start of Python."""
    done = dict(zip(CALLS, shell.run(*CALLS.values()), strict=True))
    before_there_is_a_database_it_says_what_to_do(done)
    people_and_tokens_are_made_and_wrong_ones_refused(done)
    the_doctor_finds_a_fresh_installation_well(done)
    the_migrations_make_just_what_the_code_expects(shell)
    the_audit_finds_every_change_of_the_trail(shell, done, tmp_path)


def before_there_is_a_database_it_says_what_to_do(done: dict[str, Done]) -> None:
    assert done["early"].code == 1
    line = "turnup: The database is not up to date: run `turnup admin migrate`\n"
    assert done["early"].err == line
    assert done["migrate"] == Done(0, "The database is up to date.\n", "")


def people_and_tokens_are_made_and_wrong_ones_refused(done: dict[str, Done]) -> None:
    assert done["add"].out == "user 1 ada@vendor.example\n"
    assert (done["add again"].code, done["add in no zone"].code) == (2, 2)
    assert "email: this address has an account already" in done["add again"].err
    assert "timezone: 'Mars/Base' is not a time zone" in done["add in no zone"].err
    assert "country: 'GERMANY' is not a country we know" in done["add in no country"].err
    assert done["users"].out.split() == ["1", "ada@vendor.example", "ops", "ops"]
    assert done["token"].out.startswith("tu_")
    assert done["token of nobody"].code == 2
    assert len(done["token of nobody"].err.splitlines()) == 1


def the_doctor_finds_a_fresh_installation_well(done: dict[str, Done]) -> None:
    found = json.loads(done["doctor"].out)["checks"]
    names = ["configuration", "database", "migrations", "redis", "clock", "channels", "outbox"]
    assert {check["check"]: check["ok"] for check in found if check["check"] in names} == (
        dict.fromkeys(names, True)
    )
    assert (done["doctor"].code, done["worker"].code) == (0, 0)


def the_audit_finds_every_change_of_the_trail(
    shell: Shell, done: dict[str, Done], tmp_path: Path
) -> None:
    assert done["verify"] == Done(0, "The trail is as it was written.\n", "")
    kept = tmp_path / "heads.json"
    kept.write_text(done["heads"].out)
    with shell.tables() as tables:
        last = "(SELECT max(number) FROM trail_entries)"
        for change in (
            "UPDATE trail_entries SET actor = 'nobody' WHERE number = 1",
            f"DELETE FROM trail_entries WHERE number = {last}",
        ):
            assert tables.execute(text(change)).rowcount == 1
    broken = tmp_path / "broken.json"
    broken.write_text("[1]")
    verify = ["audit", "verify", "--heads"]
    found, unusable = shell.run(
        Call([*verify, str(kept), "--format", "json"]), Call([*verify, str(broken)])
    )
    assert found.code == 1
    words = [finding["what"] for finding in json.loads(found.out)["findings"]]
    assert words[:2] == ["edited", "the tail is missing or was replaced"]
    assert (unusable.code, len(unusable.err.splitlines())) == (2, 1)


def the_migrations_make_just_what_the_code_expects(shell: Shell) -> None:
    assert factory.BLUEPRINTS  # every floor's tables are known by now
    with shell.tables() as tables:
        found = MigrationContext.configure(
            tables, opts={"compare_type": True, "include_name": ours}
        )
        assert compare_metadata(found, db.metadata) == []
        if tables.dialect.name == "sqlite":  # a table that a migration copies loses its triggers
            said = (*knowledge.ON_SQLITE, *tickets.ON_SQLITE)
            wanted = {one.split()[2] for one in said if one.startswith("CREATE TRIGGER")}
            made = tables.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            assert (len(wanted), wanted - set(made)) == (6, set())

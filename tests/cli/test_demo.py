"""`turnup up --demo`: its sign-ins and links are as the contract says, and made once."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.shell import Call, Shell

TWICE = """
from onboarding.cli.demo import prepare
for _ in range(2):
    print(prepare("http://127.0.0.1:8000"))
"""


@pytest.mark.timeout(300)  # four forecasts and two rosters, on a busy machine
def test_the_demo_is_as_its_contract_says(tmp_path: Path, empty_redis: str) -> None:
    shell = Shell(str(tmp_path / "var"), "", empty_redis)
    assert shell.run(Call(["admin", "migrate"]))[0].code == 0
    told = shell.python(TWICE)
    path = tmp_path / "var" / "demo.json"
    assert path.stat().st_mode & 0o077 == 0  # there are passwords in it
    demo = json.loads(path.read_text())
    assert set(demo) == {"users", "share", "ready_cutover", "api_token"}
    assert all(set(user) == {"email", "password", "role"} for user in demo["users"])
    roles = {user["role"] for user in demo["users"]}
    assert {"account_manager", "support", "ops", "neteng", "engineering", "customer"} <= roles
    assert demo["share"]
    assert all(link.startswith("/share/") for link in demo["share"])
    assert demo["api_token"].startswith("tu_")
    assert told.count(f"/cutovers/{demo['ready_cutover']}") == 2
    assert told.count(demo["users"][0]["password"]) == 2
    with shell.tables() as tables:
        query = text("SELECT state, practice FROM cutovers WHERE id = :id")
        assert tuple(tables.execute(query, {"id": demo["ready_cutover"]}).one()) == ("booked", 1)
        assert tables.execute(text("SELECT count(*) FROM users")).scalar() == len(demo["users"])
        led = "SELECT count(*) FROM teams WHERE lead_id IS NOT NULL AND id IN (SELECT team_id FROM rotations)"
        assert tables.execute(text(led)).scalar() == 5
        assert tables.execute(text("SELECT count(*) FROM shifts")).scalar()
        assert tables.execute(text("SELECT count(*) FROM users WHERE country != ''")).scalar() == 10
        seats = "SELECT count(*), count(user_id) FROM seats"
        wanted, filled = tables.execute(text(seats)).one()
        assert wanted == filled > 0

"""A role becomes a person: of the role itself, else somebody who stands in."""

import pytest
from flask import Flask

from onboarding.checklists import owner_jobs
from onboarding.checklists.models import ChecklistItem, Duty
from onboarding.checklists.owners import Known, Resolved, Somebody, resolve
from onboarding.db import db, transaction
from onboarding.people.models import Team, User
from onboarding.trail.log import SYSTEM, record
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import submit
from tests.stories import browser, kinds

STAFF = (Somebody(1, "ops"), Somebody(2, "ops"), Somebody(3, "support"))


@pytest.mark.parametrize(
    ("owner", "known", "found"),
    [
        ("customer", Known(customers=[9, 8]), (9, "own")),
        ("customer", Known(manager=4, admins=[7]), (4, "account_manager")),
        ("account_manager", Known(manager=4), (4, "own")),
        ("account_manager", Known(leads={"account_management": 5}, admins=[7]), (5, "lead")),
        ("ops", Known(staff=STAFF), (1, "own")),
        ("ops", Known(staff=STAFF, on_shift=[2, 3]), (2, "own")),
        ("neteng", Known(staff=STAFF, leads={"neteng": 3}, manager=4), (3, "lead")),
        ("neteng", Known(staff=STAFF, manager=4, admins=[7]), (4, "account_manager")),
        ("neteng", Known(leads={"account_management": 5}, admins=[7]), (5, "lead")),
        ("neteng", Known(staff=STAFF, admins=[8, 7]), (7, "admin")),
        ("neteng", Known(), (None, "nobody")),
    ],
)
def test_the_role_itself_comes_first_then_who_stands_in(
    owner: str, known: Known, found: tuple[int | None, str]
) -> None:
    assert resolve(owner, known, 10) == Resolved(*found)


def test_checklists_go_round_among_a_team_and_whoever_has_one_keeps_it() -> None:
    known = Known(staff=STAFF)
    assert [resolve("ops", known, number).user_id for number in range(4)] == [1, 2, 1, 2]
    assert resolve("ops", known, 0, present=2).user_id == 2
    assert resolve("support", known, 0, present=2).user_id == 3


@pytest.fixture
def cora(app: Flask, cast: Cast) -> SignedUp:
    return signed_up(app)


def people() -> dict[str, tuple[str, str]]:
    """Who does what: owner → (name, how)."""
    db.session().rollback()
    rows = db.session().query(Duty).all()
    return {row.owner: (row.user.name, row.how) for row in rows}


def test_persons_follow_the_people_there_are(app: Flask, cora: SignedUp, cast: Cast) -> None:
    first = people()
    assert first["customer"] == ("Cora Customer", "own")
    assert first["account_manager"] == ("Adam Admin", "admin")
    assert first["neteng"][1] == "own"

    ann = browser(app, "ann")
    assert (
        submit(ann, f"/customers/{cora.slug}/manager", {"manager": cast["ann"]}).status_code == 303
    )
    with transaction() as session:
        neteng = session.query(Team).filter_by(key="neteng").one()
        for name in ("nina", "noah"):
            user = session.get_one(User, cast[name])
            user.active = False
            record(session, "system", "people.changed", SYSTEM, {"user": user.id})
        neteng.lead_id = cast["olga"]
    owner_jobs.follow()
    assert people()["account_manager"] == ("Ann Archer", "own")
    assert people()["neteng"] == ("Olga Orlova", "lead")
    page = ann.get(f"/turnups/{cora.turnup}/checklist/owners").text
    assert "team lead, for want of somebody in that role" in page

    with transaction() as session:
        session.get_one(User, cast["nina"]).active = True
        record(session, "system", "people.changed", SYSTEM, {"user": cast["nina"]})
    owner_jobs.follow()
    assert people()["neteng"] == ("Nina Novak", "own")
    assert {
        one: who for one, who in people().items() if one not in ("neteng", "account_manager")
    } == {one: who for one, who in first.items() if one not in ("neteng", "account_manager")}


def test_the_person_is_named_and_can_be_chosen(app: Flask, cora: SignedUp, cast: Cast) -> None:
    ann = browser(app, "ann")
    address = f"/turnups/{cora.turnup}/checklist/owners"
    now = people()["ops"][0].split()[0].lower()
    other = next(name for name in ("omar", "olga") if name != now)
    for _twice in range(2):
        chosen = {"owner": "ops", "person": cast[other]}
        assert submit(ann, address, chosen).status_code == 303
    assert kinds(f"customer:{cora.customer}").count("checklist.owner_chosen") == 1
    assert submit(ann, address, {"owner": "ops", "person": cast["sue"]}).status_code == 422
    assert submit(browser(app, "omar"), address, {"owner": "ops", "person": 1}).status_code == 403
    item = next(row for row in _items() if row.owner == "ops")
    page = cora.client.get(f"/checklist-items/{item.id}").text
    assert f"<strong>{people()['ops'][0]}</strong>" in page
    assert people()["ops"][0].lower().startswith(other)
    assert "chose who does what is for Operations" in ann.get(f"/turnups/{cora.turnup}").text


def _items() -> list[ChecklistItem]:
    db.session().rollback()
    return db.session().query(ChecklistItem).all()


def test_checklists_from_before_get_their_persons(app: Flask, cora: SignedUp, cast: Cast) -> None:
    with transaction() as session:
        session.query(Duty).delete()
    assert browser(app, "ann").get(f"/turnups/{cora.turnup}/checklist/owners").status_code == 200
    owner_jobs.sweep()
    assert people()["customer"] == ("Cora Customer", "own")

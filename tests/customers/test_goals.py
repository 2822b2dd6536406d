"""Goals, hostnames and the level of help, changed by the customer and by planners; by no others."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.customers.models import Customer, Goal, Hostname
from onboarding.cutovers.models import Cutover, CutoverHostname
from onboarding.db import db, transaction
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import sign_in, submit

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture
def cora(app: Flask, cast: Cast) -> SignedUp:
    return signed_up(app)


def goals() -> list[Goal]:
    db.session.rollback()
    return list(db.session.scalars(select(Goal).order_by(Goal.id)))


@pytest.mark.parametrize(
    ("kind", "figure", "shown"),
    [
        ("offload", "92.5", "92.5 %"),
        ("latency", "180", "180 ms"),
        ("traffic", "42000", "42 k req/s"),
        ("launch_date", "2027-01-31", "31 Jan 2027"),
        ("feature", "", "log streaming"),
    ],
)
def test_a_goal_in_words_and_as_a_figure_stays_in_sight(
    cora: SignedUp, kind: str, figure: str, shown: str
) -> None:
    fields = {"kind": kind, "figure": figure, "words": "log streaming"}
    assert submit(cora.client, f"/turnups/{cora.turnup}/goals", fields).status_code == 303
    page = cora.client.get("/workspace").text
    assert shown in page
    assert "log streaming" in page


@pytest.mark.parametrize(
    ("fields", "place", "words"),
    [
        ({"kind": "offload", "figure": "101"}, "figure", "from 0 to 100"),
        ({"kind": "offload", "figure": "lots"}, "figure", "not a number"),
        ({"kind": "offload", "figure": "nan"}, "figure", "out of range"),
        ({"kind": "launch_date", "figure": "tomorrow"}, "figure", "not a day"),
        ({"kind": "launch_date", "figure": ""}, "figure", "needed"),
        ({"kind": "world_peace", "words": "x"}, "kind", "no kind of goal"),
        ({"kind": "feature", "words": ""}, "words", "empty goal"),
        ({"kind": "feature", "words": "x" * 501}, "words", "too long"),
    ],
)
def test_a_goal_that_says_nothing_usable_is_refused_at_its_field(
    cora: SignedUp, fields: dict[str, str], place: str, words: str
) -> None:
    answer = submit(cora.client, f"/turnups/{cora.turnup}/goals", fields)
    assert answer.status_code == 422
    assert words in answer.text.partition(f'id="goal-{place}-problem"')[2].partition("</div>")[0]
    assert goals() == []


def test_the_same_goal_is_not_noted_twice(cora: SignedUp) -> None:
    fields = {"kind": "offload", "figure": "90", "words": ""}
    address = f"/turnups/{cora.turnup}/goals"
    assert submit(cora.client, address, fields).status_code == 303
    assert submit(cora.client, address, fields).status_code == 422
    assert len(goals()) == 1


def test_a_goal_is_removed_once(cora: SignedUp) -> None:
    address = f"/turnups/{cora.turnup}/goals"
    submit(cora.client, address, {"kind": "feature", "words": "logs"})
    gone = f"{address}/{goals()[0].id}/remove"
    assert submit(cora.client, gone, {}).status_code == 303
    assert submit(cora.client, gone, {}).status_code == 404
    assert goals() == []


def test_hostnames_are_added_once_and_removed(cora: SignedUp) -> None:
    address = f"/turnups/{cora.turnup}/hostnames"
    assert submit(cora.client, address, {"hostname": "API.acme.example"}).status_code == 303
    again = submit(cora.client, address, {"hostname": "api.acme.example"})
    assert again.status_code == 422
    assert "on the list already" in again.text
    db.session.rollback()
    found = db.session.scalars(select(Hostname).where(Hostname.name == "api.acme.example")).one()
    assert submit(cora.client, f"{address}/{found.id}/remove", {}).status_code == 303
    assert "api.acme.example" not in cora.client.get("/workspace").text


def test_a_hostname_that_a_cutover_counts_on_stays(cora: SignedUp, cast: Cast) -> None:
    name = db.session.scalars(select(Hostname)).first()
    assert name is not None
    with transaction() as session:
        cutover = Cutover(
            turnup_id=cora.turnup,
            title="First",
            starts_at=clock.now(),
            ends_at=clock.now(),
            switch={},
            metrics={},
            booked_by=cast["ann"],
            created_at=clock.now(),
        )
        session.add(cutover)
        session.flush()
        session.add(CutoverHostname(cutover_id=cutover.id, hostname_id=name.id))
    answer = submit(cora.client, f"/turnups/{cora.turnup}/hostnames/{name.id}/remove", {})
    assert answer.status_code == 409
    assert "A cutover counts on" in answer.text
    assert name.name in cora.client.get("/workspace").text


def test_the_customer_chooses_how_much_help_at_any_time(cora: SignedUp) -> None:
    address = f"/turnups/{cora.turnup}/help-level"
    for level in ("hands_on", "guided", "self_serve"):
        assert submit(cora.client, address, {"level": level}).status_code == 303
        db.session.rollback()
        customer = db.session.get(Customer, cora.customer)
        assert customer is not None
        assert customer.help_level == level
    assert submit(cora.client, address, {"level": "butler"}).status_code == 422


def test_planners_may_edit_and_others_of_the_vendor_may_only_look(
    app: Flask, cora: SignedUp
) -> None:
    fields = {"kind": "feature", "words": "asked for in a call"}
    address = f"/turnups/{cora.turnup}/goals"
    ann, omar = sign_in(app.test_client(), "ann"), sign_in(app.test_client(), "omar")
    assert submit(ann, address, fields).headers["Location"] == f"/turnups/{cora.turnup}"
    assert submit(omar, address, fields).status_code == 403
    page = omar.get(f"/turnups/{cora.turnup}").text
    assert "asked for in a call" in page
    assert "Add a goal" not in page


def test_an_account_manager_is_named_and_a_customer_is_none(
    app: Flask, cora: SignedUp, cast: Cast
) -> None:
    ann = sign_in(app.test_client(), "ann")
    address = f"/customers/{cora.slug}/manager"
    assert submit(ann, address, {"manager": str(cast["ann"])}).status_code == 303
    assert "Ann Archer" in ann.get(f"/turnups/{cora.turnup}").text
    assert submit(ann, address, {"manager": "999999"}).status_code == 422
    assert submit(ann, address, {"manager": ""}).status_code == 303
    assert "nobody yet" in ann.get(f"/turnups/{cora.turnup}").text


def foreign_addresses(own: SignedUp) -> list[tuple[str, str]]:
    return [
        ("get", f"/workspace?turnup={own.turnup}"),
        ("post", f"/turnups/{own.turnup}/goals"),
        ("post", f"/turnups/{own.turnup}/goals/1/remove"),
        ("post", f"/turnups/{own.turnup}/hostnames"),
        ("post", f"/turnups/{own.turnup}/hostnames/1/remove"),
        ("post", f"/turnups/{own.turnup}/help-level"),
        ("get", f"/turnups/{own.turnup}/facts"),
        ("post", f"/turnups/{own.turnup}/facts"),
    ]


def test_a_customer_never_reaches_what_belongs_to_another(app: Flask, cora: SignedUp) -> None:
    carl = signed_up(app, company="Rival", email="carl@rival.example")
    for method, address in foreign_addresses(cora):
        fields = {
            "kind": "feature",
            "words": "spying",
            "hostname": "a.rival.example",
            "level": "guided",
        }
        answer = (
            carl.client.get(address) if method == "get" else submit(carl.client, address, fields)
        )
        assert answer.status_code == 404, address
        assert "Acme" not in answer.text
    for address in (f"/turnups/{cora.turnup}", f"/customers/{cora.slug}"):
        assert carl.client.get(address).status_code == 403
    assert goals() == []


def test_ids_mixed_across_turn_ups_reach_nothing(app: Flask, cora: SignedUp) -> None:
    submit(cora.client, f"/turnups/{cora.turnup}/goals", {"kind": "feature", "words": "logs"})
    carl = signed_up(app, company="Rival", email="carl@rival.example")
    name = db.session.scalars(select(Hostname).where(Hostname.turnup_id == cora.turnup)).first()
    assert name is not None
    mixed = f"/turnups/{carl.turnup}"
    assert submit(carl.client, f"{mixed}/goals/{goals()[0].id}/remove", {}).status_code == 404
    assert submit(carl.client, f"{mixed}/hostnames/{name.id}/remove", {}).status_code == 404


@pytest.mark.parametrize("address", ["/workspace", "/turnups/1/facts", "/checklist-items/1"])
def test_whoever_is_not_signed_in_is_asked_to(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["Location"].startswith("/login")


@pytest.mark.parametrize("turnup", ["0", "999999", "99999999999999999999", "-1", "x"])
def test_addresses_of_nothing_are_not_found(cora: SignedUp, app: Flask, turnup: str) -> None:
    ann = sign_in(app.test_client(), "ann")
    assert ann.get(f"/turnups/{turnup}").status_code == 404
    assert cora.client.get(f"/workspace?turnup={turnup}").status_code == 404

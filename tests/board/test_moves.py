"""Moves by the control on the card and by drag, and customers given to somebody many at once."""

from flask import Flask

from onboarding.customers.models import Customer, Turnup
from tests.board.building import go_to
from tests.cast import Cast
from tests.doors import submit
from tests.stories import Known, browser, customer, fresh, kinds


def stage(known: Known) -> str:
    found: Turnup = fresh(Turnup, known.turnup)
    return found.stage


def manager(known: Known) -> int | None:
    found: Customer = fresh(Customer, known.customer)
    return found.account_manager_id


def test_a_move_asks_for_what_the_stage_still_demands(app: Flask, cast: Cast) -> None:
    acme = customer("Acme")
    ann = browser(app, "ann")
    where = f"/turnups/{acme.turnup}/move"
    assert f'href="{where}"' in ann.get("/").text
    assert "Say what you want to reach" in ann.get(where).text
    refused = submit(ann, where, {"to": "config", "back": "/?who=all"})
    assert refused.status_code == 409
    assert f'href="/turnups/{acme.turnup}#goals"' in refused.text
    assert '<option value="config" selected>' in refused.text, "the chosen stage is kept"
    assert 'name="back" value="/?who=all"' in refused.text
    assert submit(ann, where, {"to": "test"}).status_code == 409, "leaves stages out"
    assert stage(acme) == "signup"


def test_a_move_goes_on_and_back_and_returns_to_the_board(app: Flask, cast: Cast) -> None:
    acme = customer("Acme")
    ann = browser(app, "ann")
    where = f"/turnups/{acme.turnup}/move"
    go_to(acme.turnup, "live")
    on = submit(ann, where, {"to": "tuning", "back": "/?who=all&view=table"})
    assert on.headers["Location"] == "/?who=all&view=table"
    assert stage(acme) == "tuning"
    back = submit(ann, where, {"to": "config", "back": "//elsewhere.example"})
    assert back.headers["Location"] == "/"
    assert stage(acme) == "config"
    assert kinds(acme.stream).count("turnup.stage") == 8
    assert submit(ann, where, {"to": "nowhere"}).status_code == 422


def test_no_step_back_while_traffic_moves(app: Flask, cast: Cast) -> None:
    acme = customer("Acme")
    go_to(acme.turnup, "ramping")
    refused = submit(browser(app, "ann"), f"/turnups/{acme.turnup}/move", {"to": "test"})
    assert refused.status_code == 409
    assert "roll back in the cockpit" in refused.text
    assert stage(acme) == "ramping"


def test_ticked_customers_are_given_to_somebody_at_once(app: Flask, cast: Cast) -> None:
    acme, beta, carl = customer("Acme"), customer("Beta", manager=cast["sue"]), customer("Carl")
    ann = browser(app, "ann")
    assert f'name="turnup" value="{acme.turnup}"' in ann.get("/?view=table&who=all").text
    form = {"turnup": [acme.turnup, beta.turnup], "manager": cast["sue"], "back": "/?view=table"}
    assert submit(ann, "/board/assign", form).headers["Location"] == "/?view=table"
    assert [manager(one) for one in (acme, beta, carl)] == [cast["sue"], cast["sue"], None]
    assert kinds(beta.stream).count("customer.assigned") == 0, "she had it already"
    submit(ann, "/board/assign", form | {"manager": "nobody"})
    assert manager(beta) is None


def test_nothing_is_given_where_the_form_makes_no_sense(app: Flask, cast: Cast) -> None:
    acme = customer("Acme")
    ann = browser(app, "ann")
    for form in (
        {"manager": cast["sue"]},
        {"turnup": [acme.turnup, "x"], "manager": cast["sue"]},
        {"turnup": [acme.turnup], "manager": 2**31 - 2},
        {"turnup": [acme.turnup], "manager": "zoe"},
    ):
        assert submit(ann, "/board/assign", form).status_code == 422, form
    assert manager(acme) is None

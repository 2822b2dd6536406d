"""Old and new path compared over real TLS, through the web and the worker's job."""

import pytest
from flask import Flask

from onboarding.addresses import networks
from onboarding.checklists.probing.dialer import Dialer
from onboarding.comparisons import jobs, queries
from onboarding.comparisons.models import Comparison
from onboarding.customers.models import Hostname, Turnup
from onboarding.db import db, transaction
from onboarding.readiness.demanding import demands
from tests.cast import Cast
from tests.checklists.probing.conftest import EDGE, World
from tests.doors import submit
from tests.services.pages import Pages, reply
from tests.stories import Known, browser, customer, kinds

NAME = "www.example.test"


@pytest.fixture
def acme(cast: Cast) -> Known:
    known = customer("Acme", manager=cast["ann"])
    with transaction() as session:
        session.get_one(Hostname, known.hostname).name = NAME
        session.get_one(Turnup, known.turnup).stage = "test"
    return known


@pytest.fixture
def paths(world: World) -> tuple[Pages, Pages]:
    """The old path, where DNS leads, and the new one at the edge, both good for the hostname."""
    old = world.site("www", "127.0.0.1")
    return old, world.site("edge", "127.0.0.2", world.authority.context(NAME))


def compare(app: Flask, acme: Known, world: World, urls: str = "/") -> None:
    fields = {"urls": urls, "old_at": "", "new_at": EDGE}
    answer = submit(browser(app, acme.email), f"/turnups/{acme.turnup}/comparison", fields)
    assert answer.status_code == 303, answer.text
    db.session().rollback()
    run = queries.latest(db.session(), acme.turnup)
    assert run is not None
    jobs.run(run.id, world.network)


def run_of(acme: Known) -> Comparison:
    db.session().rollback()
    found = queries.latest(db.session(), acme.turnup)
    assert found is not None
    return found


def differing(acme: Known) -> set[tuple[str, str, bool]]:
    return {
        (one.kind, one.name, one.accepted_at is not None)
        for pair in run_of(acme).pairs
        for one in pair.differences
    }


def asks(acme: Known) -> str:
    db.session().rollback()
    turnup = db.session().get_one(Turnup, acme.turnup)
    return "; ".join(demand.what for demand in demands(db.session(), turnup))


def accept(app: Flask, who: str, acme: Known, kind: str, **fields: str) -> int:
    row = next(d for p in run_of(acme).pairs for d in p.differences if d.kind == kind)
    path = f"/comparison-differences/{row.id}/accept"
    return submit(browser(app, who), path, fields).status_code


def test_two_paths_that_answer_alike_leave_nothing_open(
    app: Flask, acme: Known, world: World, paths: tuple[Pages, Pages]
) -> None:
    assert "paths" not in asks(acme)  # nobody is made to compare
    compare(app, acme, world)
    assert differing(acme) == set()
    assert "No difference is open" in browser(app, "ann").get(
        f"/turnups/{acme.turnup}/comparison"
    ).text  # fmt: skip
    assert [asked.host for site in paths for asked in site.seen] == [NAME, NAME]
    assert paths[1].seen[0].sni == NAME
    assert "paths" not in asks(acme)


def test_what_differs_keeps_the_stage_until_it_is_mended_or_accepted_by_name(
    app: Flask, acme: Known, world: World, paths: tuple[Pages, Pages]
) -> None:
    old, new = paths
    old.pages["/"] = reply(body=b"hello", cache_control="max-age=60", date="Mon")
    new.pages["/"] = reply(body=b"other", cache_control="no-store", date="Tue", age="7")
    compare(app, acme, world)
    assert differing(acme) == {("body", "", False), ("header", "cache-control", False)}
    assert "2 differences between the old and the new path" in asks(acme)
    page = browser(app, acme.email).get(f"/turnups/{acme.turnup}/comparison").text
    assert "max-age=60" in page
    assert "no-store" in page

    assert accept(app, acme.email, acme, "header", reason=" ") == 422
    assert accept(app, acme.email, acme, "header", reason="We want it so") == 303
    assert "1 difference between" in asks(acme)
    new.pages["/"] = reply(body=b"hello", cache_control="no-store")
    compare(app, acme, world)  # the body is mended; the word about the header still holds
    assert differing(acme) == {("header", "cache-control", True)}
    assert "paths" not in asks(acme)
    shown = browser(app, "ann").get(f"/turnups/{acme.turnup}/comparison").text
    assert "Accepted by Cora Acme: We want it so" in shown
    new.pages["/"] = reply(body=b"hello", cache_control="max-age=1")
    compare(app, acme, world)  # another difference than the one that was accepted
    assert differing(acme) == {("header", "cache-control", False)}
    assert {"comparison.asked", "comparison.done", "comparison.accepted"} <= set(kinds(acme.stream))


def test_what_was_accepted_is_taken_back_in_the_newest_run_and_earlier_runs_are_kept(
    app: Flask, acme: Known, world: World, paths: tuple[Pages, Pages]
) -> None:
    paths[0].pages["/"], paths[1].pages["/"] = reply(x_old="1"), reply()
    compare(app, acme, world)
    assert accept(app, acme.email, acme, "header", reason="A leftover") == 303
    first = run_of(acme)
    old, number = first.pairs[0].differences[0].id, first.id
    compare(app, acme, world)
    ann, here = browser(app, "ann"), f"/turnups/{acme.turnup}/comparison"
    newest = ann.get(here).text
    assert f"/turnups/{acme.turnup}/comparisons/{number}" in newest
    assert newest.count("1 difference, 0 open") == 2
    kept = ann.get(f"/turnups/{acme.turnup}/comparisons/{number}").text
    assert "An earlier comparison" in kept
    assert "A leftover" in kept
    assert "/reopen" not in kept

    assert submit(ann, f"/comparison-differences/{old}/reopen", {}).status_code == 409
    new = run_of(acme).pairs[0].differences[0].id
    assert f"/comparison-differences/{new}/reopen" in newest
    other = browser(app, customer("Bolt").email)
    assert submit(other, f"/comparison-differences/{new}/reopen", {}).status_code == 404
    assert other.get(f"/turnups/{acme.turnup}/comparisons/{number}").status_code == 404
    assert submit(ann, f"/comparison-differences/{new}/reopen", {}).headers["Location"] == here
    assert differing(acme) == {("header", "x-old", False)}
    assert "1 difference between" in asks(acme)
    assert kinds(acme.stream).count("comparison.reopened") == 1


def test_one_word_for_every_url_on_which_it_differs(
    app: Flask, acme: Known, world: World, paths: tuple[Pages, Pages]
) -> None:
    for path in ("/", "/a"):
        paths[0].pages[path], paths[1].pages[path] = reply(x_old="1"), reply()
    compare(app, acme, world, "/\n/a")
    assert "2 differences" in asks(acme)
    row = next(d for p in run_of(acme).pairs for d in p.differences)
    where = f"/comparison-differences/{row.id}/accept"
    again = submit(browser(app, "ann"), where, {"reason": " ", "everywhere": "yes"})
    assert 'value="yes" checked' in again.text, "a refused form keeps what was ticked"
    assert accept(app, "ann", acme, "header", reason="A leftover", everywhere="yes") == 303
    assert "paths" not in asks(acme)


def test_a_path_that_cannot_be_reached_is_told_and_private_addresses_are_not_reached(
    app: Flask, acme: Known, world: World, paths: tuple[Pages, Pages]
) -> None:
    dialer = Dialer(networks("127.0.0.1/32 127.0.0.53/32", "TURNUP_PROBE_ALLOW"))
    world.network = type(world.network)(
        type(world.network.resolver)(dialer, ["127.0.0.53"], world.names.port),
        dialer,
        world.network.limits,
        world.network.http,
        world.network.https,
        world.authority.pem,
    )
    compare(app, acme, world)
    assert differing(acme) == {("answer", "", False)}
    assert paths[1].seen == []
    page = browser(app, "ann").get(f"/turnups/{acme.turnup}/comparison").text
    assert "loopback" in page


def test_another_customer_reaches_nothing_of_it(
    app: Flask, acme: Known, world: World, paths: tuple[Pages, Pages]
) -> None:
    paths[1].pages["/"] = reply("404 Not Found")
    compare(app, acme, world)
    other = customer("Bolt").email
    assert browser(app, other).get(f"/turnups/{acme.turnup}/comparison").status_code == 404
    assert accept(app, other, acme, "status", reason="mine") == 404
    assert ("status", "", False) in differing(acme)


def test_one_run_at_a_time_and_a_lost_one_is_found_again(app: Flask, acme: Known) -> None:
    fields = {"urls": "/", "old_at": "", "new_at": EDGE}
    path, client = f"/turnups/{acme.turnup}/comparison", browser(app, acme.email)
    assert submit(client, path, fields).status_code == 303
    assert submit(client, path, fields).status_code == 409
    assert "1 URL; this page looks again" in client.get(path).text
    assert "Wait for the comparison" in asks(acme)
    same = submit(browser(app, customer("Bolt").email), path, fields)
    assert same.status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"new_at": ""}, "both paths are the same"),
        ({"new_at": "http://edge"}, "this is no hostname"),
        ({"urls": "https://169.254.169.254/"}, "is no hostname of this turn-up"),
    ],
)
def test_what_cannot_be_compared_is_refused_at_its_field(
    app: Flask, acme: Known, changes: dict[str, str], said: str
) -> None:
    fields = {"urls": "/", "old_at": "", "new_at": EDGE, **changes}
    client = browser(app, acme.email)
    answer = submit(client, f"/turnups/{acme.turnup}/comparison", fields)
    assert answer.status_code == 422
    assert said in answer.text

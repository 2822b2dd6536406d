"""Working a checklist off through the web: who may, what shows it, what waits, who signs."""

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from onboarding import config
from onboarding.checklists import attached, queries
from onboarding.checklists.actions import set_cutover_at
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.checklists.progress import Line
from onboarding.clock import parse
from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.trail.log import read
from onboarding.trail.models import Entry
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import sign_in, submit


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of templates with a small one in it."""
    shutil.copy(Path(__file__).with_name("small.yaml"), tmp_path / "cdn-turn-up.yaml")
    with monkeypatch.context() as patch:
        patch.setenv("TURNUP_CHECKLISTS", str(tmp_path))
        config.settings.cache_clear()
        yield tmp_path
    config.settings.cache_clear()


@pytest.fixture
def cora(app: Flask, folder: Path, cast: Cast) -> SignedUp:
    return signed_up(app)


def browser(app: Flask, name: str) -> FlaskClient:
    return sign_in(app.test_client(), name)


def line(turnup_id: int, key: str) -> Line:
    """Where an item stands, read anew."""
    db.session.rollback()
    turnup = db.session.get(Turnup, turnup_id)
    assert turnup is not None
    return next(found for found in queries.standing(db.session(), turnup) if found.item.id == key)


def told(cora: SignedUp) -> list[Entry]:
    db.session.rollback()
    return list(read(db.session(), f"customer:{cora.customer}"))


def kinds(cora: SignedUp) -> list[str]:
    return [entry.kind for entry in told(cora)]


def act(client: FlaskClient, cora: SignedUp, key: str, verb: str, **fields: str) -> int:
    answer = submit(client, f"/checklist-items/{cora.item(key)}/{verb}", fields)
    return answer.status_code


def test_signing_up_starts_the_checklist_at_its_version(cora: SignedUp) -> None:
    checklist = db.session.scalars(select(Checklist)).one()
    assert (checklist.template, checklist.version) == ("cdn-turn-up", 3)
    assert "checklist.started" in kinds(cora)
    page = cora.client.get("/workspace").text
    assert page.index("Your next step") < page.index("Name your contacts")


def test_the_customer_ticks_their_own_and_the_next_step_follows(cora: SignedUp) -> None:
    goal = {"kind": "offload", "figure": "90", "words": "Our origin should rest"}
    submit(cora.client, f"/turnups/{cora.turnup}/goals", goal)  # which signup asks for first
    assert 'id="next-title">Name your contacts<' in cora.client.get("/workspace").text
    assert act(cora.client, cora, "name-contacts", "tick", note="Cora and Carl") == 303
    found = line(cora.turnup, "name-contacts")
    assert (found.status, found.ball) == ("done", "")
    assert "Nothing is open in this stage" in cora.client.get("/workspace").text
    page = cora.client.get(f"/checklist-items/{cora.item('name-contacts')}").text
    assert "Cora and Carl" in page
    assert "Cora Customer" in page


def test_words_that_people_wrote_are_kept_apart_from_the_payload(cora: SignedUp) -> None:
    act(cora.client, cora, "name-contacts", "tick", note="call Cora at home")
    entry = told(cora)[-1]
    assert entry.kind == "checklist.item_done"
    assert "home" not in str(entry.payload)
    assert entry.personal == {"note": "call Cora at home"}


def test_an_item_that_waits_says_for_what(cora: SignedUp) -> None:
    answer = submit(cora.client, f"/checklist-items/{cora.item('lower-ttl')}/tick", {"note": "60"})
    assert answer.status_code == 409
    assert "name-contacts" in answer.text
    shown = cora.client.get(f"/checklist-items/{cora.item('lower-ttl')}").text
    assert "Waits for: Name your contacts" in shown
    act(cora.client, cora, "name-contacts", "tick")
    assert act(cora.client, cora, "lower-ttl", "tick", note="60 s everywhere") == 303


def test_what_is_to_be_shown_must_be_shown(cora: SignedUp) -> None:
    act(cora.client, cora, "name-contacts", "tick")
    address = f"/checklist-items/{cora.item('lower-ttl')}/tick"
    refused = submit(cora.client, address, {"note": " "})
    assert refused.status_code == 422
    assert "something is needed to show it" in refused.text
    crooked = submit(cora.client, address, {"link": "javascript:alert(1)"})
    assert crooked.status_code == 422
    assert "it begins with https://" in crooked.text
    assert line(cora.turnup, "lower-ttl").status == "open"
    assert submit(cora.client, address, {"link": "https://dns.example/a"}).status_code == 303


def test_a_file_is_handed_in_and_read_back_as_a_download(app: Flask, cora: SignedUp) -> None:
    address = f"/checklist-items/{cora.item('hand-in-plan')}"
    handed = {"file": (BytesIO(b"<script>1</script>"), "../../plan.html")}
    assert submit(cora.client, f"{address}/tick", handed).status_code == 303
    got = browser(app, "sue").get(f"{address}/file")
    assert got.data == b"<script>1</script>"
    assert got.mimetype == "application/octet-stream"
    assert got.headers["Content-Disposition"] == "attachment; filename=plan.html"


def test_a_file_that_is_too_large_is_refused_at_its_field(
    cora: SignedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attached, "LARGEST", 1000)
    big = {"file": (BytesIO(bytes(1001)), "big.bin")}
    answer = submit(cora.client, f"/checklist-items/{cora.item('hand-in-plan')}/tick", big)
    assert answer.status_code == 422
    assert "at most 5 MB" in answer.text


def test_a_customer_ticks_nothing_of_ours(cora: SignedUp) -> None:
    assert act(cora.client, cora, "open-ports", "tick") == 403
    assert act(cora.client, cora, "name-contacts", "waive", reason="no") == 403
    assert line(cora.turnup, "open-ports").status == "open"


def test_a_team_ticks_its_own_and_planners_tick_for_anybody(app: Flask, cora: SignedUp) -> None:
    assert act(browser(app, "omar"), cora, "open-ports", "tick") == 403
    assert act(browser(app, "nina"), cora, "open-ports", "tick") == 303
    assert act(browser(app, "ann"), cora, "name-contacts", "tick", note="by phone") == 303
    page = cora.client.get(f"/checklist-items/{cora.item('name-contacts')}").text
    assert "Ann Archer" in page
    assert "for the customer" in page
    assert told(cora)[-1].payload["on_behalf"] == "customer"


def test_the_level_of_help_hands_items_over_and_the_customer_may_still_do_them(
    cora: SignedUp,
) -> None:
    act(cora.client, cora, "name-contacts", "tick")
    assert line(cora.turnup, "lower-ttl").ball == "customer"
    submit(cora.client, f"/turnups/{cora.turnup}/help-level", {"level": "hands_on"})
    assert line(cora.turnup, "lower-ttl").ball == "support"
    assert act(cora.client, cora, "lower-ttl", "tick", note="did it myself") == 303


def test_a_second_person_of_the_named_team_signs(app: Flask, cora: SignedUp) -> None:
    sue, adam, omar = browser(app, "sue"), browser(app, "adam"), browser(app, "omar")
    assert act(sue, cora, "port-rules", "sign") == 409
    assert act(adam, cora, "port-rules", "tick") == 303
    assert line(cora.turnup, "port-rules").ball == "ops"
    assert act(sue, cora, "port-rules", "sign") == 403
    assert act(adam, cora, "port-rules", "sign") == 403, "who ticked it is no second person"
    assert act(omar, cora, "port-rules", "sign") == 303
    assert line(cora.turnup, "port-rules").status == "done"
    assert kinds(cora)[-1] == "checklist.item_signed"


def test_waiving_asks_why_and_says_it(app: Flask, cora: SignedUp) -> None:
    ann = browser(app, "ann")
    assert act(ann, cora, "name-contacts", "waive", reason="  ") == 422
    assert act(ann, cora, "name-contacts", "waive", reason="known since 2019") == 303
    assert line(cora.turnup, "name-contacts").status == "waived"
    assert line(cora.turnup, "lower-ttl").status == "open"
    page = cora.client.get(f"/checklist-items/{cora.item('name-contacts')}").text
    assert "known since 2019" in page
    assert act(cora.client, cora, "name-contacts", "reopen") == 403
    assert act(ann, cora, "name-contacts", "reopen") == 303
    assert line(cora.turnup, "lower-ttl").status == "blocked"


def test_a_second_tick_is_told_that_somebody_was_first(app: Flask, cora: SignedUp) -> None:
    assert act(cora.client, cora, "read-docs", "tick", note="mine") == 303
    assert act(browser(app, "ann"), cora, "read-docs", "tick", note="hers") == 409
    page = cora.client.get(f"/checklist-items/{cora.item('read-docs')}").text
    assert "mine" in page
    assert "hers" not in page
    assert kinds(cora).count("checklist.item_done") == 1


def test_facts_decide_what_is_asked_for(cora: SignedUp) -> None:
    assert line(cora.turnup, "carts").status == "not_needed"
    address = f"/turnups/{cora.turnup}/facts"
    form = cora.client.get(address).text
    assert "Is it a shop?" in form
    assert "Does another CDN serve" not in form, "nothing hangs on it here"
    assert submit(cora.client, address, {"shop": "yes"}).status_code == 303
    assert line(cora.turnup, "carts").status == "open"
    assert line(cora.turnup, "v6").status == "not_needed", "a box left empty is a no"
    assert kinds(cora)[-1] == "customer.facts"


def test_due_times_follow_the_cutover(cora: SignedUp) -> None:
    assert line(cora.turnup, "lower-ttl").due is None
    with transaction() as session:
        set_cutover_at(session, cora.turnup, parse("2027-03-10T12:00"))
    assert line(cora.turnup, "lower-ttl").due == parse("2027-03-08T12:00")


@pytest.mark.parametrize("broken", ["items: [", "key: cdn-turn-up\nversion: one\n", "", "\x00"])
def test_a_broken_template_keeps_nobody_from_signing_up(
    app: Flask, folder: Path, cast: Cast, broken: str
) -> None:
    (folder / "cdn-turn-up.yaml").write_text(broken)
    cora = signed_up(app)
    assert "being made ready" in cora.client.get("/workspace").text
    ann = browser(app, "ann")
    answer = submit(ann, f"/turnups/{cora.turnup}/checklist", {"template": "cdn-turn-up"})
    assert answer.status_code == 422
    assert "cdn-turn-up.yaml:" in answer.text
    shutil.copy(Path(__file__).with_name("small.yaml"), folder / "cdn-turn-up.yaml")
    again = submit(ann, f"/turnups/{cora.turnup}/checklist", {"template": "cdn-turn-up"})
    assert again.status_code == 303
    assert line(cora.turnup, "name-contacts").status == "open"
    twice = submit(ann, f"/turnups/{cora.turnup}/checklist", {"template": "cdn-turn-up"})
    assert twice.status_code == 409


def test_a_customer_never_reaches_items_of_another(app: Flask, cora: SignedUp) -> None:
    carl = signed_up(app, company="Rival", email="carl@rival.example").client
    first = db.session.scalars(select(ChecklistItem.id).order_by(ChecklistItem.id)).first()
    for path in ("", "/file"):
        assert carl.get(f"/checklist-items/{first}{path}").status_code == 404
    for verb in ("tick", "reopen", "sign"):
        answer = submit(carl, f"/checklist-items/{first}/{verb}", {"note": "spying"})
        assert answer.status_code == 404
        assert "contacts" not in answer.text
    assert line(cora.turnup, "name-contacts").status == "open"


def test_many_checklists_stand_as_each_does_alone_in_as_few_queries(
    app: Flask, cora: SignedUp
) -> None:
    act(cora.client, cora, "name-contacts", "tick")
    for number in range(4):
        signed_up(app, email=f"c{number}@more.example")
    db.session.rollback()
    turnups = db.session.scalars(select(Turnup)).unique().all()
    alone = {turnup.id: queries.standing(db.session(), turnup) for turnup in turnups}
    counted: list[str] = []

    def count(_c: object, _cur: object, statement: str, *_more: object) -> None:
        counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        together = queries.standings(db.session(), turnups)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    states = {key: [(one.status, one.ball) for one in lines] for key, lines in together.items()}
    assert states == {key: [(one.status, one.ball) for one in v] for key, v in alone.items()}
    assert len(counted) == 3  # the hostnames are read already

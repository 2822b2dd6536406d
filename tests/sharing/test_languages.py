"""The customer's page in five languages: every message, the right one for whoever reads."""

import re
from datetime import timedelta

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.brands.models import Brand
from onboarding.checklists.facts import FACTS
from onboarding.checklists.models import ChecklistItem
from onboarding.config import ROOT
from onboarding.cutovers import actions as cutovers
from onboarding.db import transaction
from onboarding.people.models import User
from onboarding.sharing import showing
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import SYSTEM, Actor, record
from onboarding.web.language import CATALOGUES, LANGUAGES
from tests.cast import Cast
from tests.customers.signing import signed_up
from tests.doors import submit
from tests.sharing.links import full_path_of, path_of, user_of
from tests.sharing.words import Message, messages
from tests.stories import Known, book, browser, customer

OTHERS = tuple(code for code in LANGUAGES if code != "en")
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
NOTHING_MOVED = {
    "en": "Nothing has moved yet",
    "de": "Noch ist nichts umgezogen",
    "fr": "encore été déplacé",
    "es": "Aún no se ha movido nada",
    "ja": "まだ何も移っていません",
}


@pytest.fixture(autouse=True)
def _no_panels_of_other_tests() -> None:
    showing.panel.cache_clear()


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", timezone="America/New_York")


def catalogue(code: str) -> Catalog:
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def forms(found: Message | list[str]) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found)


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_there_with_its_places(code: str) -> None:
    known = {entry.id: entry for entry in catalogue(code) if entry.id}
    wanted = set(messages())
    assert len(wanted) > 150
    assert {m for m in wanted if m not in known} == set()
    assert {m for m in known if m not in wanted} == set(), "nobody says these any more"
    for message, entry in known.items():
        said = forms(entry.string)
        plurals = catalogue(code).num_plurals if isinstance(message, tuple) else 1
        assert len(said) == plurals, message
        assert all(one.strip() for one in said), message
        expected = sorted(PLACE.findall(forms(message)[-1]))
        assert [sorted(PLACE.findall(one)) for one in said] == [expected] * plurals, message
        assert not entry.fuzzy, message


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_and_its_stream_speak_it(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known, code: str
) -> None:
    number = book(cast, acme)
    path = full_path_of(cast, acme)
    page = client.get(f"{path}?lang={code}")
    assert f'<html lang="{code}"' in page.text
    assert NOTHING_MOVED[code] in page.text
    assert "share-traffic" in page.text
    for other in set(LANGUAGES) - {code}:
        assert NOTHING_MOVED[other] not in page.text
        assert f'hreflang="{other}"' in page.text
    with transaction() as session:
        record(session, f"cutover:{number}", "test.wrote", SYSTEM)
    # the choice is kept for what the page asks for by itself, of this address alone
    missed = client.get(f"{path}/events?once=1&after=1").text
    assert NOTHING_MOVED[code] in missed
    assert NOTHING_MOVED["en"] in app.test_client().get(f"{path}/events?once=1&after=1").text


WHY = {
    "de": "Entlastung, Latenz, ein Starttermin",
    "fr": "Décharge de l\u2019origine, latence",
    "es": "Descarga del origen, latencia",
    "ja": "オフロード、遅延、公開日",
}


def test_what_is_asked_of_customers_by_the_shipped_checklists_is_there() -> None:
    texts = {fact.ask for fact in FACTS.values()}
    for path in sorted((ROOT / "checklists").glob("*.yaml")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        texts |= {fact["ask"] for fact in written.get("facts", {}).values()}
        for item in written["items"]:
            if "customer" in (item["owner"], *item.get("owner_at", {}).values()):
                texts |= {item["title"], item["why"].strip()}
    assert len(texts) > 300
    for code in OTHERS:
        with (CATALOGUES / "checklists" / f"{code}.po").open("rb") as file:
            known = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
        assert texts - set(known) == set(), "untranslated"
        assert set(known) - texts == set(), "no checklist says these any more"
        assert all(said.strip() and said != text for text, said in known.items())


def test_an_item_is_read_in_the_pages_language_and_an_operators_own_as_it_was_written(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    made = signed_up(app)
    path = full_path_of(cast, Known(made.customer, made.turnup, 0, "cora@acme.example"))
    with transaction() as session:
        row = session.get_one(ChecklistItem, made.item("name-contacts"))
        row.definition = {**row.definition, "title": "Name <three> people"}
    said = {
        "de": "Festhalten, was Erfolg ist, in Worten und in Zahlen",
        "fr": "Dire ce qu\u2019est la réussite, en mots et en chiffres",
        "es": "Decir qué es el éxito, en palabras y en cifras",
        "ja": "何をもって成功とするかを、言葉と数値で決める",
    }
    for code, title in said.items():
        page = client.get(f"{path}?lang={code}").text
        assert f"<strong><span>{title}</span></strong>" in page
        assert f"<p><span>{WHY[code]}" in page
        assert "Say what success is" not in page
        assert '<strong><span lang="en">Name &lt;three&gt; people</span></strong>' in page
    assert "Say what success is" in client.get(f"{path}?lang=en").text


def test_times_shares_and_plurals_are_the_languages_own(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    with transaction() as session:
        start = clock.parse("2030-07-04T14:00:00Z")
        by = Actor(f"user:{cast['ann']}", "web")
        cutovers.change_window(session, by, number, start, start + timedelta(hours=5), 1)
    path = path_of(cast, acme)
    shown = {code: client.get(f"{path}?lang={code}").text for code in LANGUAGES}
    assert "Thu 04 Jul 2030 10:00 to 15:00 EDT" in shown["en"]
    assert "Do., 4. Juli 2030 10:00 \u2013 15:00 EDT" in shown["de"]
    assert "jeu. 4 juil. 2030 10:00 \u2013 15:00 EDT" in shown["fr"]
    assert "2030年7月4日(木) 10:00 \u2013 15:00 EDT" in shown["ja"]
    assert all("14:00 " in page and "19:00 UTC" in page for page in shown.values())
    assert [
        ("5 %" in p, "5\u00a0%" in p or "5\u202f%" in p, "5%" in p) for p in shown.values()
    ] == [
        (True, False, False),
        (False, True, False),
        (False, True, False),
        (False, True, False),
        (False, False, True),
    ]


def test_the_links_language_comes_first_then_its_persons_then_the_browsers(
    app: Flask, cast: Cast, acme: Known
) -> None:
    def spoken(path: str, accepts: str = "es-MX,es;q=0.9,en;q=0.5") -> str:
        page = app.test_client().get(path, headers={"Accept-Language": accepts}).text
        return str(re.findall(r'<html lang="(\w+)"', page)[0])

    plain, theirs = path_of(cast, acme), full_path_of(cast, acme)
    set_by_staff = full_path_of(cast, acme, language="ja")
    assert [spoken(one) for one in (plain, theirs, set_by_staff)] == ["es", "es", "ja"]
    with transaction() as session:
        session.get_one(User, user_of(acme)).languages = ["pt", "fr"]
    assert [spoken(one) for one in (plain, theirs, set_by_staff)] == ["es", "fr", "ja"]
    assert spoken(set_by_staff + "?lang=de") == "de"
    assert spoken(set_by_staff + "?lang=xx%00") == "ja"
    assert spoken(plain, "tlh, *;q=0.1") == "en"
    assert spoken(plain, "de-AT") == "de"


def test_a_choice_lasts_for_its_page_and_pages_of_staff_stay_english(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known
) -> None:
    path = path_of(cast, acme)
    chosen = client.get(f"{path}?lang=de")
    assert f"Path={path}" in chosen.headers["Set-Cookie"]
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert '<html lang="de"' in client.get(path).text
    assert '<html lang="en"' in client.get(path_of(cast, acme)).text
    ann = browser(app, "ann")
    staff = ann.get(f"/turnups/{acme.turnup}", headers={"Accept-Language": "de"}).text
    assert '<html lang="en"' in staff


NO_LONGER = {
    "en": "This link does not work any more",
    "de": "Dieser Link funktioniert nicht mehr",
    "fr": "Ce lien ne fonctionne plus",
    "es": "Este enlace ya no funciona",
    "ja": "このリンクはもう使えません",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_refused_is_said_in_the_links_language_and_the_vendors_look(
    app: Flask, cast: Cast, acme: Known, code: str
) -> None:
    path = full_path_of(cast, acme, language=code)
    client = app.test_client()
    with transaction() as session:
        session.add(Brand(customer_id=None, name="Edge Co"))
    refusals = [
        submit(client, f"{path}/hold", {"words": "", "key": "k"}, page=path),
        client.get(f"{path}/no-such-page"),
    ]
    with transaction() as session:
        session.scalars(select(ShareLink)).one().revoked_at = clock.now()
    refusals.append(client.get(path))
    assert [one.status_code for one in refusals] == [409, 404, 404]
    assert NO_LONGER[code] in refusals[-1].text
    for page in refusals:
        assert f'<html lang="{code}"' in page.text
        assert "<bdi>Edge Co</bdi>" in page.text
        assert "Turnup" not in page.text
        assert 'lang="en"' not in page.text or code == "en"


def test_a_dead_links_page_speaks_the_browsers_language(client: FlaskClient) -> None:
    page = client.get("/share/nobody-knows", headers={"Accept-Language": "fr"})
    assert page.status_code == 404
    assert NO_LONGER["fr"] in page.text

"""What the public hears is in the reader's language: the page, its posts, its feeds, its refusals."""

import json
from xml.etree import ElementTree as Tree

import pytest
from flask import Flask

from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.web.language import LANGUAGES
from tests.doors import submit
from tests.posts.telling import told
from tests.sharing.english import english
from tests.stories import browser

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
ATOM = "{http://www.w3.org/2005/Atom}"
#: How it stands while traffic goes back, a post, the day and share in it, and what is not there.
SAID = {
    "en": (
        "Traffic is being moved back",
        "shop: 12.5 % of the traffic is on the new path.",
        "There is nothing here",
    ),
    "de": (
        "Verkehr wird zurückgeführt",
        "shop: 12,5 % des Verkehrs laufen auf dem neuen Weg.",
        "Hier ist nichts",
    ),
    "fr": (
        "Du trafic est en train d\u2019être ramené",
        "shop : 12,5 % du trafic sont sur le nouveau chemin.",
        "Il n\u2019y a rien ici",
    ),
    "es": (
        "Se está devolviendo tráfico",
        "shop: el 12,5 % del tráfico está en la ruta nueva.",
        "Aquí no hay nada",
    ),
    "ja": (
        "トラフィックを元の経路に戻しています",
        "shop:トラフィックの 12.5% が新しい経路にあります。",
        "ここには何もありません",
    ),
}


@pytest.fixture
def public(app: Flask, number: int) -> int:
    """A cutover the public hears of, whose traffic goes back."""
    path = f"/cutovers/{number}/posts/public"
    assert submit(browser(app, "sue"), path, {"name": "shop"}).status_code == 303
    with transaction() as session:
        session.get_one(Cutover, number).state = "running"
    told(number, "ramp.share", share=12.5)
    told(number, "ramp.rollback", reason="zorblax")
    return number


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_its_feeds_and_refusals_speak_the_readers_language(
    app: Flask, public: int, code: str
) -> None:
    anybody, wants = app.test_client(), {"Accept-Language": f"{code}-XX, tlh;q=0.5"}
    stands, post, nothing = SAID[code]
    page = anybody.get("/status", headers=wants)
    chosen = anybody.get(f"/status?lang={code}", headers={"Accept-Language": "fr"})
    for one in (page.text, chosen.text):
        assert f'<html lang="{code}"' in one
        assert stands in one
        assert post in one
        assert code == "en" or english(one) == []
        assert one.count("hreflang=") == len(LANGUAGES)
    assert {"Accept-Language", "Cookie"} <= {*page.vary}
    assert "private" in page.headers["Cache-Control"]
    lost = anybody.get("/status/nothing", headers=wants)
    assert lost.status_code == 404
    assert nothing in lost.text
    assert code == "en" or english(lost.text) == []
    asked = "" if code == "en" else f"?lang={code}"
    assert f'href="/status/posts.atom{asked}"' in chosen.text
    root = Tree.fromstring(anybody.get(f"/status/posts.atom{asked}").data)
    assert post in [one.findtext(f"{ATOM}content") for one in root.findall(f"{ATOM}entry")]
    assert str(root.findtext(f"{ATOM}id")).endswith(f"/status/posts.atom{asked}")
    feed = json.loads(anybody.get(f"/status/posts.json{asked}", headers=wants).data)
    assert feed["language"] == code
    assert post in [one["content_text"] for one in feed["items"]]


def test_your_people_read_it_in_english_and_programs_too(app: Flask, public: int) -> None:
    german = {"Accept-Language": "de"}
    sue = browser(app, "sue")
    assert '<html lang="en"' in sue.get("/status", headers=german).text
    assert '<html lang="de"' in sue.get("/status?lang=de").text
    summary = app.test_client().get("/api/v2/summary.json", headers=german).get_json()
    assert summary["status"]["description"] == "Partially Degraded Service"
    bodies = [one["body"] for one in summary["incidents"][0]["incident_updates"]]
    assert bodies == ["shop: we are moving the traffic back to the old path."]

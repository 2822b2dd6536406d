"""What a customer is told of trouble, and where they answer, is in their language."""

import re
from string import Formatter

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.brands.models import Brand
from onboarding.checklists.actions import start
from onboarding.checklists.models import ChecklistItem
from onboarding.checklists.probe_actions import note_result
from onboarding.checklists.probing.seen import Seen
from onboarding.customers.models import Customer, Turnup
from onboarding.db import db, transaction
from onboarding.errors import marked
from onboarding.outreach import finding, jobs, wording
from onboarding.outreach.chances import Chance
from onboarding.outreach.choosing import choose
from onboarding.outreach.signs import Sign
from onboarding.trail.log import SYSTEM
from onboarding.web.language import LANGUAGES
from tests.doors import submit
from tests.outreach.watching import Live
from tests.sharing.english import OURS, english

#: What is said of 0.25 % errors, of a chance, as a question, of a press without an answer, as thanks.
SAID = {
    "en": ("0.25 % end in", "it was 62 %", "What may we know?", "this is needed", "Thank"),
    "de": ("0,25\u202f% in einem", "es 62\u202f%", "Was dürfen wir", "das wird gebraucht", "Danke"),
    "fr": (
        "0,25\u202f% finissent",
        "62\u202f%",
        "Que pouvons-nous",
        "ce champ est nécessaire",
        "Merci",
    ),
    "es": (
        "0,25\u202f% terminan",
        "62\u202f%",
        "¿Qué podemos",
        "este dato es necesario",
        "Gracias",
    ),
    "ja": ("0.25% がエラー", "62%", "お知らせください", "入力が必要です", "ありがとう"),
}
LOST = {
    "en": "This link is not one of ours",
    "de": "Dieser Link ist nicht von uns",
    "fr": "Ce lien n\u2019est pas l\u2019un des nôtres",
    "es": "Este enlace no es nuestro",
    "ja": "このリンクは当方のものではない",
}


def places(text: str) -> set[str]:
    return {name for _text, name, _spec, _turn in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_phrase_is_there_and_names_nothing_that_is_not_known(code: str) -> None:
    ours, theirs = wording.phrases("en"), wording.phrases(code)
    assert {part: set(texts) for part, texts in theirs.items()} == {
        part: set(texts) for part, texts in ours.items()
    }
    for part, texts in theirs.items():
        for key, text in texts.items():
            assert places(text) == places(ours[part][key]), (part, key)
            assert text.strip(), (part, key)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_letter_and_the_page_to_answer_are_in_the_customers_language(
    app: Flask, acme: Live, code: str
) -> None:
    now = clock.now().timestamp()
    errors = Sign("errors", now, now - 60, 0.0004, 0.0025, "errors 0.25 %")
    with transaction() as session:
        session.add(Brand(customer_id=None, name="Edge Co"))
        customer = session.get_one(Customer, acme.known.customer)
        choose(session, SYSTEM, customer, automatic=True, language=code)
        row = finding.found(session, acme.known.turnup, [errors], {})
        assert row is not None
    (letter,) = acme.letters(acme.known.email)
    observed, chance, asks, needed, thanks = SAID[code]
    assert observed in letter.text
    about = wording.About(code, "UTC", ["www.acme.example"], "Ann", "Edge Co", "")
    assert chance in wording.chance(about, Chance("offload", 61.7, 80.0))[1]
    link = re.search(r"/outreach/answer/\S+", letter.text)
    assert link is not None
    told = letter.text.replace(link[0], "")
    assert code == "en" or not OURS.search(re.sub(r"\bno\b", "", told))
    anybody = app.test_client()
    elsewhere = {"Accept-Language": "fr" if code != "fr" else "ja"}
    page = anybody.get(link[0], headers=elsewhere)
    unsaid = submit(anybody, link[0], {"words": "<later>"}, page=link[0])
    odd = submit(anybody, link[0], {"answer": "maybe"}, page=link[0])
    answered = submit(anybody, link[0], {"answer": "known"}, page=link[0])
    pages = (page, unsaid, odd, answered, anybody.get(link[0]))
    assert [one.status_code for one in pages] == [200, 422, 422, 200, 200]
    for said, one in zip((asks, needed, asks, thanks, ""), pages, strict=True):
        assert f'<html lang="{code}"' in one.text
        assert said in one.text
        assert "Edge Co" in one.text
        assert "Turnup" not in one.text
        assert code == "en" or english(one.text) == []
    assert "&lt;later&gt;</textarea>" in unsaid.text
    cut = anybody.get(f"{link[0]}x", headers={"Accept-Language": code})
    assert cut.status_code == 404
    assert LOST[code] in cut.text
    assert code == "en" or english(cut.text) == []


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_a_probe_saw_coming_is_told_in_the_customers_language(acme: Live) -> None:
    with transaction() as session:
        turnup = session.get_one(Turnup, acme.known.turnup)
        start(session, SYSTEM, turnup, "cdn-turn-up")
        choose(session, SYSTEM, turnup.customer, automatic=True, language="ja")
    items = db.session().scalars(select(ChecklistItem)).all()
    (item, *_) = [
        one.id
        for one in items
        if (one.definition.get("probe") or {}).get("kind") == "certificate_days_left"
    ]
    acme.watch(acme.lookout(), 10)
    saw = marked("the certificate for {name} ends on {day}, too soon", name="x", day="2030-01-05")
    with transaction() as session:
        note_result(session, item, Seen(False, saw, marked("replace it"), acme.time.wall))
    jobs.probes()
    (letter,) = acme.letters(acme.known.email)
    assert "x の証明書は 2030-01-05 に期限が切れ" in letter.text
    row = acme.last()
    assert row is not None
    assert saw in str(row.signals), "your people read English"

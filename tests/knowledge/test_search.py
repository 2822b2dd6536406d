"""The search of articles: known answers are found on both databases, as typed and mistyped, in the
same order; and nobody finds what is not for them."""

from flask import Flask

from benchmarks.knowledge_figures import answers, fill, mistyped, recall
from benchmarks.knowledge_questions import HELD_OUT, WORKING
from onboarding.db import db, transaction
from onboarding.knowledge.passages import Found, put, take_out
from onboarding.knowledge.readers import ANYBODY, STAFF, Reader
from onboarding.knowledge.search import Narrow, search
from onboarding.knowledge.terms import distance, likeness, stem, stems
from tests.stories import customer

#: What both databases answer, in this order.
ORDERS = {
    "purge a tag": ["tags", "purge"],
    "certifcate pending": ["caa"],
    "roll back": ["rollback"],
}


def test_known_answers_are_found_as_typed_and_mistyped(app: Flask) -> None:
    with transaction() as session:
        names = fill(session)
    session = db.session()
    for questions, least in ((WORKING, 0.9), (HELD_OUT, 0.9), (mistyped(HELD_OUT, 1), 0.8)):
        found, missed = recall(session, questions, names)
        assert found >= least, missed
    for asked, known in ORDERS.items():
        assert answers(session, asked, names)[: len(known)] == known
    assert answers(session, "how do I", names) == []
    assert answers(session, "zzzzqqqq", names) == []
    assert len(answers(session, "'; DROP \" OR * NEAR( \\ tag:\ufffd", names)) <= 3
    [hit] = search(session, ANYBODY, "utm_source", Narrow(area="caching"), limit=1)
    assert ("utm", True) in hit.excerpt


def test_nobody_finds_what_is_not_for_them(app: Flask) -> None:
    acme, other = customer("Acme"), customer("Other")

    def said(ref: str, *, public: bool = False, whose: int | None = None) -> Found:
        return Found(
            "room", ref, f"Peering {ref}", "Peering", "/", public=public, customer_id=whose
        )

    with transaction() as session:
        put(session, said("everybody", public=True))
        put(session, said("theirs", whose=acme.customer))
        put(session, said("ours"))

    def found(reader: Reader) -> set[str]:
        return {hit.passage.ref for hit in search(db.session(), reader, "peerng")}

    assert found(ANYBODY) == found(Reader(customer_id=other.customer)) == {"everybody"}
    assert found(Reader(customer_id=acme.customer)) == {"everybody", "theirs"}
    assert found(STAFF) == {"everybody", "theirs", "ours"}
    with transaction() as session:
        take_out(session, "theirs")
        put(session, Found("room", "ours", "Routes", "BGP communities", "/"))
    assert found(STAFF) == {"everybody"}
    assert [hit.passage.ref for hit in search(db.session(), STAFF, "comunities")] == ["ours"]


def test_words_are_compared_by_their_stems_and_slips_forgiven() -> None:
    assert {stem(word) for word in ("cache", "caching", "cached", "caches")} == {"cach"}
    assert stem("dns") == "dns"
    assert stem("policies") == stem("policy")
    assert stems("How do I roll back? Über ROLLBACK") == ["rollback", "uber", "rollback"]
    assert stems("証明書") == ["証明", "明書"]
    assert (distance("swicth", "switch", 2), distance("abc", "xyz", 2)) == (1, 3)
    assert likeness("503", "504") == 0.0
    assert likeness("certificat", "certifcat") > 0.8
    assert likeness("socket", "websocket") > 0.5

"""The templates that come with Turnup."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from onboarding.checklists.expressions import check
from onboarding.checklists.facts import FACTS, complete, known_facts
from onboarding.checklists.library import SHIPPED, load_all
from onboarding.checklists.probe_kinds import KINDS
from onboarding.checklists.progress import Mark, still_demanded, survey
from onboarding.checklists.reading import FACT_KEYS, ITEM_KEYS, TEMPLATE_KEYS
from onboarding.checklists.template import OWNERS, STAGES, Template
from onboarding.clock import parse

NOW = parse("2026-03-02T09:00:00Z")
DOCS = SHIPPED.parent / "docs" / "checklists.md"
VENDORS = ("akamai", "cloudflare", "fastly", "cloudfront", "amazon", "aws", "google", "edgio")


@pytest.fixture(scope="module")
def shipped() -> dict[str, Template]:
    return load_all()


@pytest.fixture(scope="module")
def cdn(shipped: dict[str, Template]) -> Template:
    return shipped["cdn-turn-up"]


def test_the_cdn_turn_up_covers_all_stages_teams_and_probes(cdn: Template):
    assert len(cdn.items) >= 80
    assert {item.stage for item in cdn.items} == set(STAGES)
    assert {item.owner for item in cdn.items} == set(OWNERS)
    assert {item.probe.kind for item in cdn.items if item.probe} == set(KINDS)


def test_there_are_two_smaller_ones(shipped: dict[str, Template]):
    assert set(shipped) == {"cdn-turn-up", "api-acceleration", "static-assets"}
    for key in ("api-acceleration", "static-assets"):
        assert 25 <= len(shipped[key].items) <= 35
        assert {item.stage for item in shipped[key].items} == set(STAGES)


def test_items_name_no_vendor_and_keep_their_source(shipped: dict[str, Template]):
    for template in shipped.values():
        for item in template.items:
            words = f"{item.title} {item.why}".lower().replace(",", " ").replace(".", " ").split()
            assert not set(words) & set(VENDORS), item.id
            assert item.source or item.id == "choose-level-of-help", item.id


def test_each_cited_source_is_listed_and_each_listed_one_is_cited():
    for path in SHIPPED.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        listed = [line for line in text.splitlines() if line.startswith("  S") and ": " in line]
        for line in listed:
            key = line.split(":")[0].strip()
            cited = text.replace(line, "")
            assert f"{key}," in cited or f"{key}]" in cited or f"source: {key}\n" in cited, key


def test_gates_are_few_and_a_self_serve_customer_passes_them_alone(shipped: dict[str, Template]):
    for template in shipped.values():
        gates = {item.id: item for item in template.items if item.required}
        assert 5 <= len(gates) <= 14
        for item in gates.values():
            assert item.stage in ("signup", "config", "test"), item.id
            assert item.owner_for("self_serve") == "customer", item.id
            assert set(item.depends_on) <= set(gates), f"{item.id} waits for what nobody demands"


def test_with_the_gates_ticked_nothing_keeps_a_customer_from_the_flip(cdn: Template):
    facts = complete({"hostnames": ["www.example.org"], "hostname_kinds": ["subdomain"]})
    before = survey(cdn.items, [], facts, now=NOW)
    gates = still_demanded(before, "ramping")
    assert 8 <= len(gates) <= 12
    marks = [
        Mark(line.item.id, done_by="ada", evidence=frozenset(line.item.evidence)) for line in gates
    ]
    assert still_demanded(survey(cdn.items, marks, facts, now=NOW), "ramping") == ()


def test_a_simple_site_is_spared_what_only_others_need(cdn: Template):
    simple = survey(cdn.items, [], complete({}), now=NOW)
    answers = {name: True for name, fact in FACTS.items() if fact.kind == "yes_no"}
    busy = survey(cdn.items, [], complete(answers), now=NOW)
    spared = {line.item.id for line in simple if line.status == "not_needed"}
    assert len(spared) >= 25
    assert len(spared) > sum(line.status == "not_needed" for line in busy)
    assert {"review-hsts", "waf-in-log-mode", "caa-allows"} <= spared


def test_every_fact_is_asked_for_by_some_item_or_probe(shipped: dict[str, Template]):
    used: set[str] = set()
    for template in shipped.values():
        for item in template.items:
            if item.needed_when:
                used |= check(item.needed_when, known_facts(template.facts))
            settings = item.probe.settings if item.probe else ()
            used |= {str(value)[1:] for _, value in settings if str(value).startswith("$")}
        assert {fact.name for fact in template.facts} <= used
    assert set(FACTS) - used == {"hostnames"}, "the turn-up's own list: probes run over it"


def test_the_documentation_names_every_key_fact_and_probe():
    text = Path(DOCS).read_text(encoding="utf-8")
    words = [*TEMPLATE_KEYS, *ITEM_KEYS, *FACT_KEYS, *FACTS, *KINDS, *STAGES, *OWNERS]
    words += [knob.name for knobs in KINDS.values() for knob in knobs]
    assert [word for word in words if f"`{word}`" not in text] == []


def test_every_item_has_docs_and_the_guide_has_every_section_they_name(
    client: FlaskClient, shipped: dict[str, Template]
) -> None:
    page = client.get("/guide").text
    for template in shipped.values():
        for item in template.items:
            assert item.docs, item.id
            path, _, section = item.docs.partition("#")
            assert path != "/guide" or f'<section id="{section}"' in page, item.id

"""What probes see is said in the customer's language."""

import pytest
from sqlalchemy import update

from onboarding.checklists.models import ProbeResult
from onboarding.db import transaction
from onboarding.people.models import User
from tests.checklists.probing.conftest import World
from tests.checklists.probing.watched import look
from tests.customers.signing import SignedUp
from tests.sharing.english import english

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
SEEN = {
    "de": ("Nicht bestanden: www.example.test hat bei ns.example.test eine TTL von 3600 s", "s (N"),
    "fr": ("www.example.test a un TTL de 3600 s chez ns.example.test", "serveurs de noms : 1"),
    "es": ("www.example.test tiene un TTL de 3600 s en ns.example.test", "servidores de nombres"),
    "ja": ("www.example.test の TTL は ns.example.test で 3600 秒です", "ネームサーバー 1 台"),
}


def test_what_a_probe_saw_is_said_in_the_customers_language(cora: SignedUp, world: World) -> None:
    number = cora.item("lower-ttl")
    path = f"/checklist-items/{number}"

    def pages() -> dict[str, str]:
        found = {}
        for code in SEEN:
            with transaction() as session:
                session.query(User).filter_by(email="cora@acme.example").one().languages = [code]
            found[code] = cora.client.get(path).text
        return found

    world.names.publish("www", "A", "127.0.0.1", ttl=3600)
    look(cora, world, "lower-ttl")
    before = pages()
    world.names.publish("www", "A", "127.0.0.1", ttl=300)
    look(cora, world, "lower-ttl")
    after = pages()
    for code, (high, low) in SEEN.items():
        assert f'<html lang="{code}"' in before[code]
        assert high in before[code]
        for page in (before[code], after[code]):  # the operator's own title is in the head
            assert english(page) == ["Lower the TTL · Turnup"]
        note = after[code].partition('<blockquote class="said">')[2].partition("</blockquote>")[0]
        assert low in note, "the tick's note is what the probe saw"
    with transaction() as session:
        session.execute(update(ProbeResult).values(said={}))  # kept before its words were
    kept = pages()["de"]
    assert '<span lang="en">www.example.test has a TTL of 300 s at 1 name servers</span>' in kept
    assert '<blockquote class="said" lang="en">' in kept

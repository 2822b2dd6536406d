"""A distribution beside Turnup brings a switch, a source and a channel: they enter by name."""

import sys
from pathlib import Path

import pytest

from onboarding.channels.registry import channel
from onboarding.config import Settings
from onboarding.errors import BadInput
from onboarding.metrics.registry import source
from onboarding.switches.registry import switch

MODULE = """
class Made:
    def __init__(self, *given):
        self.given = given
"""
ENTRIES = """
[turnup.switches]
acme = acme_turnup:Made
[turnup.metrics]
acme = acme_turnup:Made
[turnup.channels]
acme = acme_turnup:Made
"""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`acme-turnup`, installed as pip would lay it out."""
    (tmp_path / "acme_turnup.py").write_text(MODULE)
    about = tmp_path / "acme_turnup-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-turnup\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "acme_turnup", raising=False)


@pytest.mark.usefixtures("acme")
def test_what_another_distribution_brings_is_made_with_what_ours_are_made_with() -> None:
    settings = Settings()
    made = [
        switch("acme", {"zone": "a"}, key="cutover:1"),
        source("acme", {"zone": "b"}, feed="cutover:1"),
        channel("acme", settings),
    ]
    assert [vars(one)["given"] for one in made] == [
        ({"zone": "a"}, "cutover:1"),
        ({"zone": "b"}, "cutover:1"),
        (settings,),
    ]


def test_a_name_that_nobody_brings_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput, match="no switch 'acme'"):
        switch("acme", {}, key="cutover:1")
    with pytest.raises(BadInput, match="no metrics source 'acme'"):
        source("acme", {}, feed="cutover:1")

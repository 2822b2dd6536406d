"""The mapping of an HTTP API: what is sent, what is read, what cannot be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onboarding.errors import BadInput, PermanentFault
from onboarding.switches.http_api import HTTPAPISwitch
from tests.contracts.http_api_stand import HTTPAPIStand
from tests.services.ports import Ports

SET = {"url": "http://192.0.2.9/", "body": {"p": "{share}"}}
CONFIG: dict[str, Any] = {"read": {"url": "http://192.0.2.9/", "path": "p"}, "set": SET}


@pytest.fixture
def stand(
    free_port: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HTTPAPIStand]:
    with HTTPAPIStand.running(free_port, tmp_path, monkeypatch) as made:
        yield made


def test_a_wrong_token_is_said_with_what_to_do(
    stand: HTTPAPIStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURNUP_SECRET_EDGE", "another")
    with pytest.raises(PermanentFault, match="401: who are you") as fault:
        stand.switch().check()
    assert "credentials" in fault.value.hint
    assert "another" not in fault.value.line()


@pytest.mark.parametrize("path", ["pools", "pools.1.weight", "pools.0.name", "pools.x", "weight"])
def test_a_path_that_leads_to_no_number_is_said(stand: HTTPAPIStand, path: str) -> None:
    config = stand.config()
    config["read"]["path"] = path
    with pytest.raises(PermanentFault, match="no percentage at"):
        HTTPAPISwitch(config, "cutover:1").check()


def test_a_number_that_is_no_percentage_is_said(stand: HTTPAPIStand) -> None:
    stand.weight = 1.5
    with pytest.raises(PermanentFault, match="no percentage at"):
        stand.switch().read()


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("read.url", {"read": {"path": "p"}}),
        ("read.path", {"read": {"url": "http://192.0.2.9/"}}),
        ("read", {"read": "http://192.0.2.9/"}),
        ("set.url", {"set": {}}),
        ("set.method", {"set": {**SET, "method": "GET"}}),
        ("set.body", {"set": {**SET, "body": {"p": 5}}}),
        ("set.more", {"set": {**SET, "more": 1}}),
        ("scale", {"scale": 0}),
        ("secret", {"secret": "none_of_that_name"}),
    ],
)
def test_a_wrong_config_is_refused_by_key(place: str, change: dict[str, Any]) -> None:
    HTTPAPISwitch(CONFIG, "cutover:1")
    with pytest.raises(BadInput) as refused:
        HTTPAPISwitch({**CONFIG, **change}, "cutover:1")
    assert refused.value.place == f"switch.{place}"

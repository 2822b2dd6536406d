"""`turnup doctor` asks the switch and the metrics source of every cutover to come."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from onboarding.cli.main import turnup
from onboarding.cutovers.actions import Wiring
from onboarding.cutovers.plan import StepPlan
from tests import stories
from tests.cast import Cast
from tests.contracts.vendor_stands import CloudflareStand
from tests.services.ports import Ports

STEPS = [StepPlan(25, 600), StepPlan(100, 600)]


def asked() -> tuple[int, dict[str, Any]]:
    called = CliRunner().invoke(turnup, ["doctor", "--format", "json"])
    found = json.loads(called.stdout)["checks"]
    return called.exit_code, {one["check"]: one for one in found if "cutover" in one["check"]}


def test_each_switch_and_source_is_asked_and_a_fault_says_what_to_do(
    app: Flask, cast: Cast, free_port: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.cli.doctor.revisions", lambda: ("newest", "newest"))
    known = stories.customer("Fjord Films")
    with CloudflareStand.running(free_port, tmp_path, monkeypatch) as stand:
        wiring = Wiring(
            {"kind": "cloudflare", "config": stand.config()}, {"kind": "push", "config": {}}
        )
        number = stories.book(cast, known, steps=STEPS, wiring=wiring)
        turned, counted = f"switch of cutover {number}", f"metrics of cutover {number}"
        _, found = asked()
        assert found[turned]["ok"]
        assert found[turned]["found"] == "cloudflare: at 0 %, in steps of 1 %"
        assert found[counted]["found"].startswith("push: answers; 0 intervals")
        stand.state[2]["weight"] = 1
        code, found = asked()
        assert code == 1
        assert not found[turned]["ok"]
        assert "neither arm: spare" in found[turned]["found"]
        assert found[turned]["do"].startswith("name each in switch.moved")
        monkeypatch.delenv("TURNUP_SECRET_VENDOR")
        assert "switch.secret there is no secret vendor" in asked()[1][turned]["found"]
        assert stand.effect() == 0

"""A flip that was rolled back, seen afterwards and by who opens the page late."""

from html import unescape

import pytest
from flask import Flask

from tests.doors import sign_in
from tests.ramps.lab import Lab


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_rolled_back_flip_is_played_back_run_by_run(app: Flask, lab: Lab) -> None:
    engine = lab.at_the_go()
    lab.beat(engine, 15)
    lab.source.errors = 0.4
    lab.beat(engine, 8)
    assert lab.standing().state == "rolled_back"
    lab.source.errors = 0.001
    lab.press("start")
    lab.beat(engine, 3)
    with app.app_context():
        omar = sign_in(app.test_client(), "omar")
        page = omar.get(f"/cutovers/{lab.cutover_id}/report?run=1").text
        played = omar.get(f"/cutovers/{lab.cutover_id}/report.json?run=1").json
        late = omar.get(f"/cutovers/{lab.cutover_id}/moments").json
        assert omar.get(f"/cutovers/{lab.cutover_id}/report?run=9").status_code == 404
    assert played is not None
    assert "Run 1: this run was rolled back" in page
    for alarm in lab.entries("guard.alarm"):
        said = alarm["sentence"]
        assert "control" in said
        assert said in unescape(page), "the report explains what the guard saw, and since when"
        assert any(said in mark["what"] for mark in played["marks"]), played["marks"]
    assert "Highest share" in page
    assert "100 % as the origin could not be reached" in page
    assert [tick["share"] for tick in played["ticks"]][-1] == 0
    assert max(s["evidence"] for t in played["ticks"] for s in t["signals"]) > 0.03
    assert any("Rolling back" in mark["what"] for mark in played["marks"])
    assert late is not None
    assert all("Rolling back" not in mark["what"] for mark in late["marks"])

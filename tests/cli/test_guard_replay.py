"""`turnup guard replay` as scripts call it."""

import json
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from onboarding.cli.main import turnup
from onboarding.errors import BadInput


def write(path, columns, seconds=1):
    """A recording of the given columns, one row every `seconds`."""
    rows = len(next(iter(columns.values())))
    start = np.datetime64("2027-01-04T00:00:00")
    ts = np.datetime_as_string(start + seconds * np.arange(rows).astype("timedelta64[s]"))
    lines = [",".join(["ts", *columns])]
    lines += [",".join(map(str, row)) for row in zip(ts, *columns.values(), strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def fault(tmp_path):
    """600 healthy seconds at 0.1 % errors, then 60 at 2 %."""
    rng = np.random.default_rng(1)
    rates = np.where(np.arange(660) < 600, 0.001, 0.02)
    requests = rng.poisson(2000, 660)
    columns = {"requests": requests, "errors": rng.binomial(requests, rates)}
    return write(tmp_path / "metrics.csv", columns)


def run(*arguments):
    """The JSON document of a call that must succeed."""
    called = CliRunner().invoke(
        turnup, ["guard", "replay", *map(str, arguments), "--format", "json"]
    )
    assert called.exit_code == 0, called.output
    return json.loads(called.stdout)


def refused(*arguments):
    """The one line that an unusable input gets."""
    called = CliRunner().invoke(turnup, ["guard", "replay", *map(str, arguments)])
    assert isinstance(called.exception, BadInput), called.output
    assert called.stdout == ""
    return called.exception.line()


def test_a_fault_is_listed_with_its_onset(fault):
    answer = run(fault)
    assert answer["intervals"] == 660
    assert answer["baseline"]["errors"] == pytest.approx(0.001, rel=0.3)
    rollback = next(alarm for alarm in answer["alarms"] if alarm["action"] == "rollback")
    assert 600 <= rollback["interval"] <= 606
    assert abs(rollback["onset"] - 600) <= 2
    assert rollback["ts"] == f"2027-01-04T00:10:{rollback['interval'] - 600:02}Z"
    assert rollback["signal"] == "errors"
    assert rollback["observed"] == pytest.approx(0.02, rel=0.3)
    assert rollback["evidence"] >= 30 * 86400


def test_a_given_baseline_spends_no_row_on_learning(tmp_path):
    columns = {"requests": [1000] * 20, "errors": [50] * 20}
    answer = run(write(tmp_path / "m.csv", columns), "--baseline", "0.001")
    assert answer["baseline"] == {"errors": 0.001}
    assert answer["alarms"][0]["interval"] <= 1


def test_a_control_that_shares_the_trouble_clears_the_moved_arm(tmp_path):
    rng = np.random.default_rng(2)
    rates = np.where(np.arange(900) < 600, 0.001, 0.02)
    requests = rng.poisson(2000, 900)
    both = {
        "requests": requests,
        "errors": rng.binomial(requests, rates),
        "control_requests": requests,
        "control_errors": rng.binomial(requests, rates),
    }
    alone = {name: both[name] for name in ("requests", "errors")}
    assert run(write(tmp_path / "alone.csv", alone))["alarms"]
    assert run(write(tmp_path / "both.csv", both))["alarms"] == []


def test_signals_are_judged_each_by_itself(tmp_path):
    rng = np.random.default_rng(3)
    requests = rng.poisson(2000, 660)
    slow = rng.binomial(requests, np.where(np.arange(660) < 600, 0.05, 0.5))
    columns = {"requests": requests, "errors": rng.binomial(requests, 0.001), "slow": slow}
    answer = run(write(tmp_path / "m.csv", columns))
    assert set(answer["baseline"]) == {"errors", "slow"}
    assert {alarm["signal"] for alarm in answer["alarms"]} == {"slow"}


def test_text_is_for_people(fault):
    called = CliRunner().invoke(turnup, ["guard", "replay", str(fault)])
    assert called.exit_code == 0
    assert "660 intervals, healthy: errors 0." in called.stdout
    assert " rollback errors 0." in called.stdout


def test_what_could_not_be_judged_is_said(tmp_path):
    columns = {"requests": [0] * 30, "errors": [0] * 30}
    called = CliRunner().invoke(
        turnup, ["guard", "replay", str(write(tmp_path / "m.csv", columns, seconds=10))]
    )
    assert called.exit_code == 0
    assert "all 30 rows were needed to learn errors" in called.stderr
    assert "rows are 10 s apart, --every says 1 s" in called.stderr
    assert "30 rows without requests could not be judged" in called.stderr


GOOD = ["ts,requests,errors", "2027-01-04T00:00:00Z,10,1", "2027-01-04T00:00:01Z,10,1"]


@pytest.mark.parametrize(
    ("line", "text", "place", "what"),
    [
        (3, "2027-01-04T00:00:01Z,10,11", ":3: errors", "11 is more than the requests"),
        (3, "2027-01-04T00:00:01Z,10,-1", ":3: errors", "-1 is no count"),
        (3, "2027-01-04T00:00:01Z,nan,0", ":3: requests", "nan is no count"),
        (3, "2027-01-04T00:00:01Z,10,inf", ":3: errors", "inf is no count"),
        (3, "2027-01-04T00:00:01Z,10,x", ":3: errors", "'x' is no count"),
        (3, "2027-01-04T00:00:01Z,10,", ":3: errors", "'' is no count"),
        (3, "2027-01-04T00:00:01Z,10", ":3", "2 fields"),
        (3, "2027-01-04T00:00:01Z,10,1,1", ":3", "4 fields"),
        (3, "2027-01-03T23:59:59Z,10,1", ":3: ts", "time does not advance"),
        (3, "2027-01-04T00:00:00Z,10,1", ":3: ts", "time does not advance"),
        (2, "yesterday,10,1", ":2: ts", "'yesterday' is no time"),
        (2, "2027-02-30T00:00:00Z,10,1", ":2: ts", "is no time"),
        (1, "ts,requests", ":1", "'errors' is missing"),
        (1, "ts,requests,errors,colour", ":1", "'colour' is not known"),
        (1, "ts,requests,errors,errors", ":1", "'errors' is there twice"),
        (1, "ts,requests,errors,control_errors", ":1", "'control_requests' is missing"),
        (1, "ts,requests,errors,control_slow", ":1", "'slow' is missing"),
    ],
)
def test_an_unusable_recording_is_refused_by_line(tmp_path, line, text, place, what):
    path = tmp_path / "metrics.csv"
    path.write_text("\n".join([*GOOD[: line - 1], text, *GOOD[line:]]) + "\n")
    said = refused(path)
    assert said.startswith(f"{path}{place}: ")
    assert what in said


def test_a_control_that_cannot_be_is_refused_by_its_own_name(tmp_path):
    head = "ts,requests,errors,control_requests,control_errors"
    path = tmp_path / "metrics.csv"
    for counts, place in (("9,0,9,10", "control_errors"), ("9,0,-1,0", "control_requests")):
        path.write_text(f"{head}\n2027-01-04T00:00:00Z,{counts}\n")
        assert refused(path).startswith(f"{path}:2: {place}: ")


def test_totals_instead_of_counts_are_said(tmp_path):
    """Counters, with a restart in the middle; counts that only vary are none."""
    rng = np.random.default_rng(5)
    counts = rng.poisson(1000, 400)
    totals = np.concatenate((counts[:200].cumsum(), counts[200:].cumsum()))
    for requests, said in ((totals, True), (counts, False)):
        path = write(tmp_path / "metrics.csv", {"requests": requests, "errors": requests * 0})
        called = CliRunner().invoke(turnup, ["guard", "replay", str(path)])
        assert called.exit_code == 0
        assert ("as totals do" in called.stderr) is said


@pytest.mark.parametrize("content", [b"", b"ts,requests,errors\n", b"\xff\xfe\x00", b"PK\x03\x04"])
def test_a_file_that_is_no_recording_is_refused(tmp_path, content):
    path = tmp_path / "metrics.csv"
    path.write_bytes(content)
    assert refused(path).startswith(str(path))


@pytest.mark.parametrize(
    "options",
    [
        ("--every", "fast"),
        ("--every", "0s"),
        ("--baseline", "0"),
        ("--baseline", "much"),
        ("--baseline", "slow=0.1"),
        ("--false-alarms-per-30d", "0"),
        ("--false-alarms-per-30d", "nan"),
        ("--warmup", "-1"),
    ],
)
def test_an_unusable_option_is_refused(fault, options):
    assert refused(fault, *options)


def test_the_command_itself_exits_2_in_one_line_without_a_traceback(tmp_path):
    called = subprocess.run(
        [sys.executable, "-m", "onboarding.cli.main", "guard", "replay", tmp_path / "none.csv"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert called.returncode == 2
    assert called.stdout == ""
    assert called.stderr.count("\n") == 1
    assert "none.csv" in called.stderr


def test_times_with_an_offset_are_read_as_utc(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text(
        "ts,requests,errors\n2027-01-04T01:00:00+01:00,1000,500\n2027-01-04T00:00:01,1000,500\n"
    )
    assert run(path, "--baseline", "0.001")["alarms"][0]["ts"] == "2027-01-04T00:00:00Z"

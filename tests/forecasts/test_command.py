"""`turnup forecast` through its own door."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROWS = [f"2026-03-{2 + i // 24:02}T{i % 24:02}:00:00Z,{100 + i % 24}" for i in range(24 * 21)]
TABLE = "\n".join(["ds,y", *ROWS]) + "\n"


def turnup(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onboarding.cli.main", "forecast", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(TABLE)
    return path


def test_json_is_the_public_document_and_nothing_else(table: Path):
    run = turnup(table, "--format", "json")
    assert (run.returncode, run.stderr) == (0, "")
    document = json.loads(run.stdout)
    assert set(document) == {"series", "seconds"}
    (one,) = document["series"]
    assert set(one) == {
        *("unique_id", "history_hours", "filled", "method", "unit"),
        *("points", "peak", "peer", "warnings"),
    }
    assert (one["unique_id"], one["history_hours"], one["filled"]) == ("shop", 504, 0)
    assert len(one["points"]) == 48
    assert set(one["points"][0]) == {"ds", "mean", "p10", "p50", "p90"}
    assert one["points"][0]["ds"] == "2026-03-23T00:00:00Z"
    assert set(one["peak"]) == {"p50", "p90", "p95", "p99", "ds"}
    assert one["peer"] == {"last_week_max_x1_2": pytest.approx(1.2 * 123)}


def test_csv_has_one_row_per_hour(table: Path):
    run = turnup(table, "--horizon", "5", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert [row["ds"][11:13] for row in rows] == ["00", "01", "02", "03", "04"]


def test_text_names_the_peak_and_what_people_do_today(table: Path):
    run = turnup(table, "--horizon", "5")
    assert run.returncode == 0
    assert "peak around" in run.stdout
    assert "last week x 1.2 = 147.6" in run.stdout


def test_series_do_not_learn_from_one_another(table: Path, tmp_path: Path):
    wild = [f"wild,{r.split(',')[0]},{int(i % 7 == 0) * 1e6}" for i, r in enumerate(ROWS)]
    both = tmp_path / "both.csv"
    both.write_text("\n".join(["unique_id,ds,y", *(f"shop,{r}" for r in ROWS), *wild]))
    alone = json.loads(turnup(table, "--format", "json").stdout)["series"][0]
    beside = json.loads(turnup(both, "--format", "json").stdout)["series"][0]
    assert alone == beside


def test_a_pool_changes_the_peak_alone(table: Path, tmp_path: Path):
    pool = tmp_path / "pool"
    pool.mkdir()
    start = datetime(2025, 1, 1, tzinfo=UTC)
    for seed in (83, 97):
        rows = [f"{start + timedelta(hours=i)},{(i * i) % seed}" for i in range(24 * 60)]
        (pool / f"{seed}.csv").write_text("\n".join(["ds,y", *rows]))
    alone = json.loads(turnup(table, "--format", "json").stdout)["series"][0]
    pooled = json.loads(turnup(table, "--pool", pool, "--format", "json").stdout)["series"][0]
    assert alone["points"] == pooled["points"]
    assert alone["peak"] != pooled["peak"]


def test_unusable_input_is_one_line_and_exit_code_2(tmp_path: Path, table: Path):
    bad = tmp_path / "bad.csv"
    bad.write_text(TABLE + "2026-03-23T00:00:00Z,-5\n")
    for words, says in (
        ([bad], "bad.csv:506: -5 is not a rate"),
        ([tmp_path / "none.csv"], "cannot be read"),
        ([table, "--horizon", "0"], "expected 1 to 672"),
        ([table, "--pool", tmp_path / "nowhere"], "no histories to learn from"),
    ):
        run = turnup(*words, "--format", "json")
        assert (run.returncode, run.stdout) == (2, "")
        assert says in run.stderr
        assert len(run.stderr.splitlines()) == 1

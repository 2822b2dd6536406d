"""`turnup roster solve`: what comes out, and the exit codes."""

import json
import subprocess
import sys

import pytest

from tests.rosters.builders import cutover, need, person, problem

DAY = ("2027-01-04T10:00:00Z", "2027-01-04T12:00:00Z")
FILLED = problem([person("ann")], [cutover("c", *DAY)])


def run(*arguments):
    command = [sys.executable, "-m", "onboarding.cli.main", "roster", "solve", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def written(tmp_path):
    def write(name, document):
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    return write


def test_a_full_roster_is_json_and_exit_0(written):
    done = run(written("p.json", FILLED), "--format", "json", "--time-limit", "2")
    assert (done.returncode, done.stderr) == (0, "")
    solution = json.loads(done.stdout)
    assert set(solution) == {
        "status", "assignments", "unfilled", "score", "objective", "bound", "seconds",
    }  # fmt: skip
    assert solution["status"] == "optimal"
    assert solution["assignments"] == [
        {"cutover": "c", "team": "ops", "role": "primary", "person": "ann"}
    ]
    assert solution["score"] == {
        "unfilled": 0, "off_shift_hours": 2.0, "out_of_hours": 0.0,
        "unfairness": 0.0, "discontinuity": 0, "changed": 0,
    }  # fmt: skip


def test_an_empty_seat_is_exit_1_and_explained(written):
    stated = problem([person("ann")], [cutover("c", *DAY, need(), need(role="backup"))])
    done = run(written("p.json", stated), "--format", "json")
    assert done.returncode == 1
    (seat,) = json.loads(done.stdout)["unfilled"]
    assert (seat["role"], seat["missing"]) == ("backup", 1)
    assert seat["why"] == "1 in ops → 0 free (ann has another seat of it), needs 1"
    text = run(written("p.json", stated))
    assert text.returncode == 1
    assert "EMPTY  c ops backup" in text.stdout


def test_what_was_kept_is_kept(written):
    people = [person("ann"), person("bob", tz="Asia/Tokyo")]
    place = {"cutover": "c", "team": "ops", "role": "primary", "person": "bob"}
    path = written("p.json", problem(people, [cutover("c", *DAY)]))
    done = run(path, "--format", "json", "--keep", written("s.json", {"assignments": [place]}))
    solution = json.loads(done.stdout)
    assert solution["assignments"] == [place]
    assert solution["score"]["changed"] == 0


def test_a_pinned_name_against_the_rules_is_infeasible_and_exit_1(written):
    pin = {"cutover": "c", "team": "ops", "role": "primary", "person": "eve"}
    stated = problem([person("eve", trainee=True)], [cutover("c", *DAY)], pinned=[pin])
    done = run(written("p.json", stated), "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["status"] == "infeasible"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (problem([person("ann", tz="Mars/Base")], []), ["$.people[0].tz", "IANA zone"]),
        ('{"people": [}', ["line 1 column 13", "JSON"]),
        ("[" * 100_000, ["JSON"]),
    ],
)
def test_unusable_input_is_exit_2_and_one_line(written, document, told):
    path = written("p.json", document)
    done = run(path, "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    for words in [str(path), *told]:
        assert words in done.stderr


def test_a_missing_file_is_exit_2(tmp_path):
    done = run(tmp_path / "none.json")
    assert done.returncode == 2
    assert "No such file" in done.stderr

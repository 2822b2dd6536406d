"""`turnup checklists` as people call it: exit codes, stdout and stderr."""

import json
import subprocess
import sys

import pytest

TEMPLATE = """\
key: small
version: {version}
title: A small list
items:
  - {{id: a, stage: config, owner: {owner}, title: {title}, why: because}}
"""


@pytest.fixture
def written(tmp_path):
    def write(name, version=1, owner="customer", title="A"):
        path = tmp_path / name
        path.write_text(TEMPLATE.format(version=version, owner=owner, title=title))
        return path

    return write


def turnup(*words):
    command = [sys.executable, "-m", "onboarding.cli.main", "checklists", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_good_templates_are_told_and_the_exit_code_is_0(written):
    done = turnup("validate", written("one.yaml"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "small version 1, 1 item in 1 stage, 0 required" in done.stdout


def test_every_fault_of_every_file_is_a_line_on_stderr_and_the_exit_code_is_2(written):
    one, two = written("one.yaml", version="x", owner="nobody"), written("two.yaml", owner="opps")
    done = turnup("validate", one, two)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines[:3]] == [f"{one}:2", f"{one}:5", f"{two}:5"]
    assert "did you mean ops?" in lines[2]
    assert lines[3:] == ["turnup: 3 faults found, nothing was changed"]


def test_json_holds_the_same_and_nothing_else_stands_on_stdout(written, tmp_path):
    good, bad = written("one.yaml"), tmp_path / "missing.yaml"
    done = turnup("validate", good, bad, "--format", "json")
    assert done.returncode == 2
    first, second = json.loads(done.stdout)["files"]
    assert (first["ok"], first["key"], first["items"], first["faults"]) == (True, "small", 1, [])
    assert not second["ok"]
    assert second["faults"][0]["message"] == "no such file"


def test_diff_names_what_changed(written):
    old, new = written("old.yaml"), written("new.yaml", version=2, owner="ops")
    done = turnup("diff", old, new)
    assert (done.returncode, done.stdout) == (0, "changed  a: owner\n")
    found = json.loads(turnup("diff", old, new, "--format", "json").stdout)
    assert found == {"added": [], "removed": [], "changed": [{"id": "a", "fields": ["owner"]}]}


def test_diff_refuses_changed_items_under_the_same_version(written):
    done = turnup("diff", written("old.yaml"), written("new.yaml", title="B"))
    assert done.returncode == 1
    assert "raise the version" in done.stderr


def test_without_paths_the_shipped_templates_are_checked():
    done = turnup("validate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "cdn-turn-up version 2, 132 items in 8 stages" in done.stdout

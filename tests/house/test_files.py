"""What holds for every file of the project: its size, its locks, and what it must not contain."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 300
SOURCES = {".py", ".html", ".css", ".js", ".sh"}
REQUIREMENTS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]
# written in pieces, so that this file does not match
A_MACHINES_PATH = re.compile(r"(?<![\w./}])/" + r"(?:work|root|home/\w+|tmp|Users/\w+)/\w")
A_REGISTRY = re.compile(r"(?:registry\.npm" + r"js|pypi" + r"\.org|files\.python" + r"hosted)")


def project_files() -> list[Path]:
    """Every file that git knows or would add. Generated and ignored ones are none of them."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(git, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git clone, so there is no list of the project's own files")
    files = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in files if path.is_file() and not path.is_symlink()]


def places(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """`file:line: text` wherever `pattern` matches in a text file."""
    found = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(ROOT)
        found += [f"{name}:{n}: {line}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    return found


def test_no_source_is_longer_than_a_sitting() -> None:
    generated = ROOT / "onboarding" / "migrations" / "versions"
    files = [path for path in project_files() if path.parent != generated]
    sources = [path for path in files if path.suffix in SOURCES]
    assert sources
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_file_names_a_path_of_one_machine() -> None:
    assert places(A_MACHINES_PATH, project_files()) == []


def test_no_file_names_a_package_registry() -> None:
    assert places(A_REGISTRY, project_files()) == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_locked_python_package_has_its_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert places(re.compile(r"://|^-|@ "), [ROOT / name]) == []
    packages = text.replace("\\\n", "").splitlines()
    assert packages
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


def test_what_turnup_runs_on_holds_no_test_tools() -> None:
    runtime = (ROOT / "requirements.lock").read_text()
    assert [name for name in ("pytest==", "ruff==", "mypy==") if name in runtime] == []


def test_both_locks_agree_on_every_version() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in REQUIREMENTS[:2]
    ]
    shared = pins[0].keys() & pins[1].keys()
    assert shared
    assert {name for name in shared if pins[0][name] != pins[1][name]} == set()


def test_every_locked_browser_package_has_its_hash_and_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_the_browser_lock_is_of_this_package_file() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert lock["packages"][""]["dependencies"] == wanted

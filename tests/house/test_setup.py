"""Setting up picks a Python that works, or says in one sentence what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# stands for a Python of another version: answers the three questions that find-python asks
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    --version) echo "Python {version}" ;;
    *version_info*) echo "{number}" ;;
    *ensurepip*) exit {venv} ;;
esac
"""


class Machine:
    """A machine with nothing on its PATH but what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables: dict[str, str] = {}
        self.put("uname", '#!/bin/sh\n[ "$1" = -m ] && echo x86_64 || echo Linux\n')
        basename = shutil.which("basename")
        assert basename is not None
        (folder / "basename").symlink_to(basename)

    def put(self, name: str, script: str = "#!/bin/sh\n") -> None:
        (self.folder / name).write_text(script)
        (self.folder / name).chmod(0o755)

    def put_python(self, name: str, version: str, *, venv: bool = True) -> None:
        major, minor = version.split(".")[:2]
        number = f"{major}{int(minor):02d}"
        self.put(name, FAKE_PYTHON.format(version=version, number=number, venv=0 if venv else 1))

    def find_python(self) -> tuple[int, str, str]:
        """Exit code, name of the program found, and what was said."""
        done = subprocess.run(
            ["/bin/sh", str(ROOT / "scripts" / "find-python")],
            env={"PATH": str(self.folder)} | self.variables,
            capture_output=True,
            text=True,
        )
        return done.returncode, Path(done.stdout.strip()).name, done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("version", ["3.11.2", "3.12.9"])
def test_the_systems_own_python_is_taken_where_it_fits(machine: Machine, version: str) -> None:
    machine.put_python("python3", version)
    assert machine.find_python() == (0, "python3", "")


def test_one_that_brings_its_redis_is_taken_before_a_newer_one(machine: Machine) -> None:
    machine.put_python("python3", "3.14.1")
    machine.put_python("python3.11", "3.11.2")
    machine.put("redis-server")
    assert machine.find_python() == (0, "python3.11", "")


@pytest.mark.parametrize("server", ["redis-server", "valkey-server"])
def test_a_newer_python_is_taken_where_a_redis_server_is(machine: Machine, server: str) -> None:
    machine.put_python("python3", "3.13.5")
    machine.put(server)
    assert machine.find_python() == (0, "python3", "")


def test_a_newer_python_is_taken_where_redis_runs_elsewhere(machine: Machine) -> None:
    machine.put_python("python3", "3.13.5")
    machine.variables["REDIS_URL"] = "redis://127.0.0.1:6379"
    assert machine.find_python() == (0, "python3", "")


def test_a_newer_python_without_redis_is_told_what_to_install(machine: Machine) -> None:
    machine.put_python("python3", "3.13.5")
    code, _, said = machine.find_python()
    assert code == 1
    assert "Python 3.13.5" in said
    assert "apt-get install redis-server" in said


def test_an_older_python_is_refused_with_what_is_needed(machine: Machine) -> None:
    machine.put_python("python3", "3.10.12")
    code, _, said = machine.find_python()
    assert code == 1
    assert "needs Python 3.11 or 3.12" in said
    assert "found only Python 3.10.12" in said
    assert len(said.splitlines()) == 1


def test_a_python_without_venv_is_told_which_package_has_it(machine: Machine) -> None:
    machine.put_python("python3", "3.11.2", venv=False)
    code, _, said = machine.find_python()
    assert code == 1
    assert "apt-get install python3-venv" in said


def test_no_python_at_all_is_said_too(machine: Machine) -> None:
    code, _, said = machine.find_python()
    assert code == 1
    assert "has none" in said


def test_the_python_can_be_chosen(machine: Machine) -> None:
    machine.put_python("python3.12", "3.12.1")
    machine.put_python("my-python", "3.11.2")
    machine.variables["PYTHON"] = "my-python"
    assert machine.find_python() == (0, "my-python", "")


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
@pytest.mark.parametrize(
    ("port", "options"), [([], "--demo"), (["PORT=9000"], "--demo --port 9000")]
)
def test_make_run_starts_the_demo(port: list[str], options: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", "run", *port],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "PORT"},
        capture_output=True,
        text=True,
    )
    assert f"turnup up {options}" in [
        line.strip().removeprefix("exec .venv/bin/") for line in done.stdout.splitlines()
    ]

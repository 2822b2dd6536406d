"""The web process stays light: what only workers, the conductor and the command line need is not in it."""

import json
import subprocess
import sys

HEAVY = {"numpy", "ortools", "threadpoolctl", "pandas", "scipy", "icalendar", "gevent"}


def test_the_web_process_imports_nothing_heavy() -> None:
    code = "import json, sys, onboarding.factory; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.intersection(json.loads(ran.stdout)) == set()

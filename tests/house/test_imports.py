"""The web process stays light: what only workers, the conductor and the command line need is not in it."""

import json
import subprocess
import sys

#: What only workers, the conductor or the command line need; the last line is migrations.
HEAVY = {
    *("numpy", "ortools", "threadpoolctl", "pandas", "scipy", "sklearn", "gevent"),
    *("icalendar", "recurring_ical_events", "holidays", "aiosmtpd", "irc"),
    *("rapidfuzz", "google.protobuf"),
    *("alembic", "flask_migrate", "mako"),
}


def imported_by_the_web() -> set[str]:
    code = "import json, sys, onboarding.factory; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


def test_the_web_process_imports_nothing_heavy_and_no_jobs() -> None:
    found = imported_by_the_web()
    assert HEAVY.intersection(found) == set()
    edges = {name for name in found if name.startswith("onboarding.") and name.endswith("jobs")}
    assert edges == set(), "the web enqueues jobs by dotted name"

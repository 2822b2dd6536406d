"""Reads a calendar in a process of its own, which is given little time and memory: rules can be
written that are walked through for hours and never come true. The calendar on stdin, its events as
JSON on stdout; exit 3 with one line on stdout where it cannot be read.

    python -m onboarding.people.calendar_process SINCE UNTIL ZONE
"""

import resource
import sys

import orjson

from onboarding import clock
from onboarding.errors import BadInput
from onboarding.icalendars import events

SECONDS, BYTES = 20, 1_500_000_000
UNREADABLE = 3


def main(since: str, until: str, zone: str) -> int:
    """What the exit code is."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    given = sys.stdin.buffer.read()
    try:
        found = events(given, clock.parse(since), clock.parse(until), zone=zone)
    except BadInput as wrong:
        sys.stdout.write(wrong.line())
        return UNREADABLE
    sys.stdout.buffer.write(orjson.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))

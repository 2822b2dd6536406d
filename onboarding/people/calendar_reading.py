"""Have calendars of others read without being held up by them: for workers, people's and freezes'."""

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from onboarding.clock import iso
from onboarding.errors import BadInput
from onboarding.icalendars import events
from onboarding.people.calendar_process import UNREADABLE

READ_S = 30
FOLD = re.compile(rb"\r?\n[ \t]")
"""Where a long line goes on in the next one, anywhere in a word (RFC 5545, 3.1)."""


def without_path(text: str, address: str) -> str:
    """`text` without the path and query of the address, which are often a secret."""
    parts = urlsplit(address)
    secrets = (f"{parts.path}?{parts.query}", parts.query, parts.path)
    for secret in (one for one in secrets if len(one) > 1):
        text = text.replace(secret, "/…")
    return text


def parsed(body: bytes, zone: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """The events of a calendar that share time with [since, until); where any repeats, read in a
    process of its own.

    Raises BadInput where it cannot be read, or not within `READ_S` seconds.
    """
    if b"RRULE" not in FOLD.sub(b"", body).upper():
        found = events(body, since, until, zone=zone)
        return [{**asdict(one), "start": iso(one.start), "end": iso(one.end)} for one in found]
    path = os.pathsep.join(entry for entry in sys.path if entry)
    words = [iso(since), iso(until), zone]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and times as words
            [sys.executable, "-m", "onboarding.people.calendar_process", *words],
            input=body,
            capture_output=True,
            timeout=READ_S,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        raise BadInput("the calendar has no end", hint="look at its events that repeat") from None
    if done.returncode == UNREADABLE:
        raise BadInput(done.stdout.decode("utf-8", "replace"))
    if done.returncode < 0 or b"MemoryError" in done.stderr:  # out of what it was given
        raise BadInput("the calendar has no end", hint="look at its events that repeat")
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    read: list[dict[str, Any]] = json.loads(done.stdout)
    return read

"""Named fault points: places where a test may kill the process to see that nothing is lost.

Set `TURNUP_FAULT=name` or `TURNUP_FAULT=name:3` (the third time) and the process dies there as
by `kill -9`. Without the variable a fault point costs one look into a dictionary.
"""

import os
import signal
import threading
from collections import Counter

_passed: Counter[str] = Counter()


def fault_point(name: str) -> None:
    """Die here if the environment asks for it."""
    wanted = os.environ.get("TURNUP_FAULT")
    if wanted is None:
        return
    point, _, more = wanted.partition(":")
    if point != name:
        return
    nth, _, how = more.partition(":")
    _passed[name] += 1
    if _passed[name] == int(nth or 1):
        if how:
            signal.pthread_kill(threading.get_ident(), signal.Signals[f"SIG{how}"])
        else:
            os.kill(os.getpid(), signal.SIGKILL)

"""Hand a batch of letters to their channel, one after the other, and say how each went."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from onboarding.channels.base import Channel, Kept, Letter
from onboarding.clock import ticks
from onboarding.errors import AdapterError, PassingFault

log = structlog.get_logger()
#: Seconds after which a batch's claim gets old: what is left is given back untried.
PATIENCE_S = 45.0
#: Seconds for which outcomes may be gathered before they are noted.
GATHER_S = 0.5
#: Seconds for which further letters to a far side that just failed are left alone.
REST_S = 5.0


@dataclass(frozen=True)
class Claimed:
    """A letter whose message is claimed with `token`."""

    message_id: int
    token: str
    letter: Letter


@dataclass(frozen=True)
class Outcome:
    """How it went: `receipt`, or `fault`, or not tried and given back for `put_off_s` seconds."""

    claimed: Claimed
    receipt: str = ""
    fault: AdapterError | None = None
    put_off_s: float | None = None


def sent(make: Callable[[], Channel], claimed: Sequence[Claimed]) -> Iterator[list[Outcome]]:
    """Send each letter; outcomes as they are to be noted, at least every `GATHER_S` seconds while
    letters go out. After a passing fault further letters to the same recipient are given back."""
    try:
        channel = make()
    except AdapterError as fault:
        yield [Outcome(one, fault=fault) for one in claimed]
        return
    with _kept(channel):
        yield from _gathered(channel, claimed)


@contextmanager
def _kept(channel: Channel) -> Iterator[None]:
    """One connection for all of the letters, where the channel can keep one."""
    if not isinstance(channel, Kept):
        yield
        return
    channel.keep()
    try:
        yield
    finally:
        channel.close()


def _gathered(channel: Channel, claimed: Sequence[Claimed]) -> Iterator[list[Outcome]]:
    began = noted = ticks()
    done: list[Outcome] = []
    failing: set[str] = set()
    for one in claimed:
        if ticks() - began > PATIENCE_S:
            done.append(Outcome(one, put_off_s=0.0))
        elif one.letter.recipient in failing:
            done.append(Outcome(one, put_off_s=REST_S))
        else:
            done.append(_send(channel, one))
            if isinstance(done[-1].fault, PassingFault):
                failing.add(one.letter.recipient)
        if ticks() - noted > GATHER_S:
            yield done
            done, noted = [], ticks()
    if done:
        yield done


def _send(channel: Channel, one: Claimed) -> Outcome:
    try:
        return Outcome(one, receipt=channel.send(one.letter))
    except AdapterError as fault:
        return Outcome(one, fault=fault)
    except Exception as bug:  # a letter that breaks its channel must not hold up the others
        log.error("outbox.bug", message=one.message_id, exc_info=bug)
        return Outcome(one, fault=PassingFault(f"the channel broke: {type(bug).__name__}: {bug}"))

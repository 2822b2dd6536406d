"""The switch and the metrics source of a cutover, from its row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from onboarding.errors import BadInput, PermanentFault, TurnupError
from onboarding.metrics import registry as metrics
from onboarding.metrics.base import MetricsSource, Sample
from onboarding.switches import registry as switches
from onboarding.switches.base import Ability, Position, Switch
from onboarding.switches.selectors import Selector

log = structlog.get_logger()
Wiring = Mapping[str, Any]  # {"kind", "config"} as a cutover keeps it


@dataclass(frozen=True)
class Adapters:
    """How to make the two of a cutover from its wiring and its stream's name."""

    switch: Callable[[Wiring, str], Switch]
    source: Callable[[Wiring, str], MetricsSource]


class BrokenSwitch:
    """Stands for a switch whose configuration cannot be used: every call says why."""

    ability = Ability()

    def __init__(self, wrong: TurnupError) -> None:
        self.wrong = wrong

    def read(self) -> Position:
        raise PermanentFault(self.wrong.line())

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        raise PermanentFault(self.wrong.line())

    def check(self) -> None:
        raise PermanentFault(self.wrong.line())


class BrokenSource:
    """Stands for a source whose configuration cannot be used: every call says why."""

    def __init__(self, wrong: TurnupError) -> None:
        self.wrong = wrong

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        raise PermanentFault(self.wrong.line())


def _odd(what: str, wiring: Wiring, error: Exception) -> TurnupError:
    """What an adapter of another distribution raises that cannot even be made, such as an
    ImportError: it breaks its own cutover and no other."""
    if isinstance(error, TurnupError):
        return error
    kind = wiring.get("kind")
    log.error("adapter.broke", what=what, kind=kind, exc_info=error)
    said = f"the {what} {kind!r} cannot be made ({type(error).__name__}: {error})"
    return TurnupError(said, hint="mend or replace its distribution; the log says more")


def _switch(wiring: Wiring, stream: str) -> Switch:
    try:
        return switches.switch(wiring["kind"], wiring.get("config", {}), key=stream)
    except BadInput as wrong:
        return BrokenSwitch(wrong)
    except Exception as error:
        return BrokenSwitch(_odd("switch", wiring, error))


def _source(wiring: Wiring, stream: str) -> MetricsSource:
    try:
        return metrics.source(wiring["kind"], wiring.get("config", {}), feed=stream)
    except BadInput as wrong:
        return BrokenSource(wrong)
    except Exception as error:
        return BrokenSource(_odd("source", wiring, error))


REGISTERED = Adapters(_switch, _source)

"""The lookout: watches the origins of all live customers, as many as it has leases for.

It asks each source every few seconds through threads of its own, feeds the eyes, and writes at once
what was found, together with what the eye then knew: a process that dies has either written both or
neither, and whoever takes over reads the source again from there. What only was learnt is written
every `SAVE_S` seconds, of all origins in one transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from flask import Flask, current_app

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import BadInput, TurnupError
from onboarding.faults import fault_point
from onboarding.metrics.base import MetricsSource, Sample
from onboarding.outreach import finding, queries, sources, watching
from onboarding.outreach.eye import Eye
from onboarding.outreach.models import OriginWatch
from onboarding.outreach.signs import Healed, Sign
from onboarding.outreach.watching import LEASE_S, Look
from onboarding.ramps.adapters import REGISTERED, Adapters, BrokenSource
from onboarding.ramps.hands import Errand, Hands
from onboarding.ramps.leases import LeaseLost
from onboarding.ramps.watched import Watched

log = structlog.get_logger()
EVERY_S = 5.0  # between two readings of one source
METRICS_S = 10.0  # seconds after which a reading is given up
TAKE_S, SAVE_S = 10.0, 30.0
AT_ONCE = 12  # readings
MOST = 1000  # origins of one process
BACK = timedelta(minutes=15)  # how far back a source is asked at most
FIRST = timedelta(seconds=30)  # ... at the very first
AGAIN_S = 30.0  # after which a muted finding is asked about again


class Origin:
    """One origin under this process's lease."""

    def __init__(self, row: OriginWatch, wiring: dict[str, Any], stream: str) -> None:
        self.turnup_id, self.fence = row.turnup_id, row.fence
        self.wiring, self.stream = wiring, stream
        self.state, self.until = dict(row.state or {}), row.until
        self.seen_at, self.problem = row.seen_at, row.problem
        self.blind_since = row.problem_since or clock.now()
        self.eye = Eye(Watched())
        self.source: MetricsSource
        self.errand: Errand | None = None
        self.due = 0.0
        self.quiet: dict[str, float] = {}

    def window(self) -> tuple[datetime, datetime]:
        """What the source is asked for next."""
        now = clock.now()
        since = max(self.until or now - FIRST, now - BACK)
        reach: timedelta | None = getattr(self.source, "reach", None)
        return since, min(now, since + reach) if reach is not None else now

    def look(self) -> Look:
        """What is to be kept of it now."""
        blind = clock.now() - self.blind_since if self.problem else timedelta()
        figures = self.eye.figures()
        return Look(self.eye.state(), self.until, figures, self.seen_at, self.problem, blind)

    def came(self, samples: Sequence[Sample]) -> None:
        """Note up to when the source has given counts, and whether any were there."""
        if samples:
            self.until = max(samples[-1].at, self.until or samples[-1].at)
        counted = [one.at for one in samples if one.moved is not None]
        if counted:
            self.seen_at = self.blind_since = counted[-1]
            self.problem = ""
        elif (clock.now() - self.blind_since).total_seconds() > METRICS_S:
            self.problem = "the source gives no counts of the new path"


class Lookout:
    """`holder` names this process in the leases. Made within an app context; used by one thread."""

    def __init__(
        self, holder: str, *, adapters: Adapters = REGISTERED, hands: Hands | None = None
    ) -> None:
        self.app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self.holder, self.adapters = holder, adapters
        self.hands = hands or Hands(AT_ONCE)
        self.origins: dict[int, Origin] = {}
        self.take_at = self.save_at = self.renew_at = clock.ticks()
        self.renewed = clock.ticks()

    def beat(self) -> None:
        """What is due: leases, readings, answers, and what was learnt."""
        now = clock.ticks()
        if self.origins and now - self.renewed > LEASE_S:
            log.warning("outreach.leases_lost", origins=len(self.origins))
            self.origins.clear()  # asleep for too long: others may watch by now
        if now >= self.take_at:
            self.take_at = now + TAKE_S
            self.take()
        self.settle()
        for origin in self.origins.values():
            if now >= origin.due and (origin.errand is None or not origin.errand.running):
                self._ask(origin, now)
        if now >= self.renew_at:
            self.renew_at = now + LEASE_S / 3
            self._renew()
        if now >= self.save_at:
            self.save_at = now + SAVE_S
            self.save()

    def take(self) -> None:
        """Have rows for what is to be watched, and watch what nobody watches."""
        session = db.session()
        stale = watching.changed(session)
        free = watching.free(session, self.holder, self.origins.keys())
        session.rollback()
        if not stale and not free:
            return
        with transaction() as writing:
            if stale:
                watching.enrol(writing)
            room = max(0, MOST - len(self.origins))
            for row in watching.take(writing, self.holder, self.origins.keys(), room):
                self.origins[row.turnup_id] = self._made(row)

    def _made(self, row: OriginWatch) -> Origin:
        session = db.session()
        metrics, feed = sources.source_of(session, row)
        origin = Origin(row, dict(metrics), feed)
        try:
            watched = Watched.from_config(metrics)
            origin.source = self.adapters.source(origin.wiring, origin.stream)
        except BadInput as wrong:
            watched, origin.source = Watched(), BrokenSource(wrong)
        lasting = queries.lasting(session, [row.turnup_id]).get(row.turnup_id)
        signals = lasting.signals if lasting else {}
        found = {name: sign for name, sign in signals.items() if not sign.get("healed")}
        origin.eye = Eye(watched, origin.state, found)
        return origin

    def _ask(self, origin: Origin, now: float) -> None:
        origin.due = now + EVERY_S
        call = partial(_read, self.app, origin.source, *origin.window())
        origin.errand = self.hands.send(
            call, purpose="origin", owner=origin.turnup_id, seconds=METRICS_S
        )

    def settle(self) -> None:
        """Deal with what the sources have answered."""
        for errand in self.hands.finished():
            origin = self.origins.get(errand.owner)
            if origin is None or origin.errand is not errand:
                continue
            try:
                self._answered(origin, errand)
            except LeaseLost:
                self.origins.pop(origin.turnup_id, None)
            except Exception as error:  # it is taken anew: what was not written is looked at again
                self.origins.pop(origin.turnup_id, None)
                log.error("outreach.broke", stream=origin.stream, exc_info=error)

    def _answered(self, origin: Origin, errand: Errand) -> None:
        if errand.running:  # given up; the adapter may hang in it
            origin.source = self.adapters.source(origin.wiring, origin.stream)
        if errand.error is not None:
            fault = errand.error
            known = isinstance(fault, TurnupError)
            origin.problem = fault.line() if isinstance(fault, TurnupError) else repr(fault)
            if not known:
                log.error("outreach.source_broke", stream=origin.stream, exc_info=fault)
            return
        samples: list[Sample] = errand.result
        events = origin.eye.feed(samples)
        origin.came(samples)
        self._found(origin, events)

    def _found(self, origin: Origin, events: Sequence[Sign | Healed]) -> None:
        """Write what was found or is over, with what the eye knows now."""
        now = clock.ticks()
        signs: dict[str, Sign] = {}
        for event in events:
            known = event.signal in origin.eye.found
            if isinstance(event, Sign) and not known and now >= origin.quiet.get(event.signal, 0.0):
                signs.setdefault(event.signal, event)
        over = {event.signal: event.ts for event in events if isinstance(event, Healed)}
        over = {signal: ts for signal, ts in over.items() if signal not in signs}
        if not signs and not over:
            return
        with transaction() as session:
            row = watching.held(session, origin.turnup_id, origin.fence)
            if over:
                at = finding.back_at(max(over.values()))
                finding.healed(session, origin.turnup_id, list(over), at)
            if signs:
                figures = origin.eye.figures(min(sign.onset for sign in signs.values()))
                opened = finding.found(session, origin.turnup_id, list(signs.values()), figures)
                told = dict(opened.signals) if opened else {}
                for signal, sign in signs.items():
                    if signal in told:
                        origin.eye.expect(signal, sign.baseline, sign.observed)
                    else:
                        origin.quiet[signal] = now + AGAIN_S
            watching.note(session, row, origin.look())
            fault_point("outreach.finding")
        fault_point("outreach.found")

    def _renew(self) -> None:
        fences = self._fences()
        if fences:
            began = clock.ticks()
            with transaction() as session:
                lost = watching.renew(session, fences)
            for turnup_id in lost:
                self.origins.pop(turnup_id, None)
            self.renewed = began
        else:
            self.renewed = clock.ticks()

    def save(self) -> None:
        """Write what was learnt of all origins."""
        if not self.origins:
            return
        with transaction() as session:
            held = watching.all_held(session, self._fences())
            for row in held:
                watching.note(session, row, self.origins[row.turnup_id].look())
        fault_point("outreach.saved")
        for turnup_id in self.origins.keys() - {row.turnup_id for row in held}:
            del self.origins[turnup_id]

    def _fences(self) -> dict[int, int]:
        return {origin.turnup_id: origin.fence for origin in self.origins.values()}

    def close(self) -> None:
        """End cleanly: what was learnt is kept, others take over at once."""
        self.save()
        with transaction() as session:
            watching.release(session, self._fences())
        self.origins.clear()
        self.hands.close()


def _read(app: Flask, source: MetricsSource, since: datetime, until: datetime) -> list[Sample]:
    with app.app_context():
        return source.read(since, until)

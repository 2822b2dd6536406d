"""`turnup doctor`: what is wrong with this installation, and what to do about it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import click
from redis.exceptions import RedisError
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from onboarding import clock
from onboarding.channels.registry import CHANNELS, channel
from onboarding.cli.app import revisions
from onboarding.cli.chat_checks import findings
from onboarding.cli.output import format_option, print_json
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.queries import OPEN
from onboarding.db import db
from onboarding.errors import BadInput, Negative, TurnupError
from onboarding.factory import create_core
from onboarding.metrics.registry import check, source
from onboarding.outbox.actions import silence_s
from onboarding.queues import redis_client
from onboarding.switches.registry import switch

MAX_SKEW_S = 2.0
MAX_SILENCE_S = 60.0
MOST_CUTOVERS = 20  # each may take as long as its adapters' time-outs
LOOKED_BACK = timedelta(minutes=1)
Wiring = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it is well, what was found, what to do."""

    check: str
    ok: bool
    found: str
    do: str = ""


def _configuration() -> Finding:
    chosen = settings()
    weak = [name for name in ("secret", "trail") if len(chosen.key(name)) < 32]
    if weak:
        return Finding("configuration", False, f"short keys: {weak}", "use 32 characters or more")
    if chosen.public_url.startswith("https:") and not chosen.secure_cookies:
        do = "set TURNUP_SECURE_COOKIES=true"
        return Finding("configuration", False, "cookies may travel without TLS", do)
    return Finding("configuration", True, f"data in {chosen.home.resolve()}")


def _database() -> Finding:
    try:
        started = time.monotonic()
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as away:
        do = "see DATABASE_URL, and whether the server is up"
        return Finding("database", False, str(away).splitlines()[0], do)
    took = (time.monotonic() - started) * 1000
    return Finding("database", True, f"{db.engine.dialect.name} answers in {took:.0f} ms")


def _migrations() -> Finding:
    have, want = revisions()
    if have != want:
        return Finding("migrations", False, f"at {have}, code at {want}", "turnup admin migrate")
    return Finding("migrations", True, f"at {have}")


def _redis() -> Finding:
    try:
        redis_client().ping()
    except RedisError as away:
        do = "see REDIS_URL, or start `turnup up`, which brings its own"
        return Finding("redis", False, str(away), do)
    return Finding("redis", True, "answers")


def _clock() -> Finding:
    """The database's clock beside ours: leases and claims compare times across machines."""
    if db.engine.dialect.name == "sqlite":
        return Finding("clock", True, "one machine")
    theirs = db.session.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
    skew = abs(float(theirs) - time.time())
    do = "" if skew <= MAX_SKEW_S else "set both clocks by NTP"
    return Finding("clock", skew <= MAX_SKEW_S, f"{skew:.2f} s from the database's", do)


def _channels() -> Finding:
    for kind in CHANNELS:
        channel(kind, settings())
    mail = (settings().smtp_url and "by SMTP") or "to the console (no TURNUP_SMTP_URL)"
    return Finding("channels", True, f"{', '.join(sorted(CHANNELS))}; mail goes {mail}")


def _outbox() -> Finding:
    """Whether workers take what is to be sent: a worker that is not there is silent by itself."""
    waited = silence_s(db.session())
    if waited > MAX_SILENCE_S:
        do = "start `turnup worker`, or see what its log says"
        return Finding("outbox", False, f"a message has been due for {waited:.0f} s", do)
    return Finding("outbox", True, "nothing is overdue")


def _wirings() -> list[Finding]:
    """The switch and the metrics source of each cutover that is running or comes next: asked as
    the gate asks them, with nothing moved."""
    rows = db.session.scalars(
        select(Cutover)
        .where(Cutover.state.in_(OPEN), Cutover.practice.is_(False))
        .order_by(Cutover.starts_at)
        .limit(MOST_CUTOVERS)
    )
    wired = [(row.id, row.stream, dict(row.switch), dict(row.metrics)) for row in rows]
    db.session.rollback()  # adapters are asked outside of transactions
    return [
        finding
        for number, stream, turned, counted in wired
        for finding in (
            _wiring(f"switch of cutover {number}", turned, partial(_check_switch, stream)),
            _wiring(f"metrics of cutover {number}", counted, partial(_check_source, stream)),
        )
    ]


def _check_switch(stream: str, wiring: Wiring) -> str:
    one = switch(wiring["kind"], wiring.get("config", {}), key=stream)
    one.check()
    return f"at {one.read().share:g} %, in steps of {one.ability.smallest_step:g} %"


def _check_source(stream: str, wiring: Wiring) -> str:
    until = clock.now()
    one = source(wiring["kind"], wiring.get("config", {}), feed=stream)
    check(one)
    given = one.read(until - LOOKED_BACK, until)
    counted = sum(1 for sample in given if sample.moved or sample.control)
    return f"answers; {counted} intervals with counts in the last minute"


def _wiring(about: str, wiring: Wiring, ask: Callable[[Wiring], str]) -> Finding:
    try:
        return Finding(about, True, f"{wiring['kind']}: {ask(wiring)}")
    except TurnupError as error:
        said = error.message if not isinstance(error, BadInput) else f"{error.place} {error}"
        do = error.hint or "correct it on the cutover's page"
        return Finding(about, False, f"{wiring['kind']}: {said}", do)


CHECKS: tuple[Callable[[], Finding], ...] = (
    _configuration,
    _database,
    _migrations,
    _redis,
    _clock,
    _channels,
    _outbox,
)


@click.command()
@format_option("text", "json")
def doctor(output: str) -> None:
    """Check configuration, database, migrations, Redis, clock, channels, outbox, the switch and
    metrics source of each cutover to come, the gateway and the chats; exit 1 on a fault."""
    with create_core().app_context():
        try:
            found = [_looked(check) for check in CHECKS]
            if all(finding.ok for finding in found if finding.check in ("database", "migrations")):
                found += _wirings()
                found += [Finding(*one) for one in findings()]
        finally:
            db.session.remove()
            db.engine.dispose()
    if output == "json":
        print_json({"checks": [vars(finding) for finding in found]})
    for finding in found if output == "text" else []:
        click.echo(f"{'ok   ' if finding.ok else 'FAULT'}  {finding.check}: {finding.found}")
        if finding.do:
            click.echo(f"       do: {finding.do}")
    if not all(finding.ok for finding in found):
        raise Negative("Something is wrong", hint="see the faults above")


def _looked(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (TurnupError, SQLAlchemyError) as error:
        return Finding(check.__name__.strip("_"), False, str(error).splitlines()[0], "see above")

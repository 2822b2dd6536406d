"""The RQ edge of the network's own load: each hour every source is asked for what has come since."""

from datetime import datetime, timedelta
from typing import Any

import structlog

from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.faults import fault_point
from onboarding.forecasts import sources
from onboarding.forecasts.intake import prometheus
from onboarding.forecasts.sources import Wanted
from onboarding.http_client import call
from onboarding.vault import secret

log = structlog.get_logger()
PIECE = timedelta(days=14)  # of five minutes, below the 11,000 points that Prometheus allows


def sweep() -> None:
    """Ask every source that has an hour to tell."""
    for row in sources.every(db.session()):
        if sources.wanted(db.session(), row.id) is not None:
            sources.enqueue_ask(row.id)


def ask(source_id: int) -> None:
    """Ask one source for the whole hours since the last time and keep them; a crash in between asks
    for the same again."""
    asked = sources.wanted(db.session(), source_id)
    db.session.rollback()
    if asked is None:
        return
    try:
        found = _read(asked)
    except BadInput as wrong:
        said = f"{wrong.message}: {wrong.hint}" if wrong.hint else wrong.message
        log.warning("capacity.unread", source=source_id, error=said)
        with transaction() as session:
            sources.failed(session, source_id, said)
        return
    fault_point("capacity.read")
    with transaction() as session:
        sources.take_in(session, source_id, asked, found)


def _read(asked: Wanted) -> list[tuple[datetime, float]]:
    token = secret(asked.secret, "secret") if asked.secret else ""
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(url: str) -> Any:
        accept = (400, 422)  # Prometheus says there what is wrong with a query
        timeout = prometheus.TIMEOUT_S
        return call("GET", url, headers=headers, timeout=timeout, accept=accept).json()

    found, at = [], asked.since
    while at < asked.until:
        end = min(asked.until, at + PIECE)
        url = prometheus.span(asked.url, asked.query, at, end)
        found += prometheus.fetch(get, url, prometheus.samples)
        at = end
    return found

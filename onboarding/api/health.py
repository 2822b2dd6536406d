"""/healthz: the process is up; /readyz: it can serve; /metrics: for Prometheus."""

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from onboarding.bridges import leases
from onboarding.bridges.models import Bridge
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import db
from onboarding.live.hub import hub
from onboarding.outbox.models import Message
from onboarding.people.access import public
from onboarding.queues import ask

health = Blueprint("health", __name__)


@health.get("/healthz")
@public
def healthz() -> Response:
    """Nothing to protect: it says only that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Nothing to protect. 503 without the database; without Redis pages still serve, and it says so."""
    said = {"database": "ok", "redis": "ok"}
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        said["database"] = "away"
    if not ask("health.away", lambda client: client.ping()):
        said["redis"] = "away"
    return jsonify(said), 200 if said["database"] == "ok" else 503


class Counted:
    """Gauges read from the tables when Prometheus asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, about, column in (
            ("turnup_outbox_messages", "Messages by state", Message.state),
            ("turnup_turnups", "Turn-ups by stage", Turnup.stage),
            ("turnup_cutovers", "Cutovers by state", Cutover.state),
            ("turnup_bridges", "Bridges of rooms to chats by state", Bridge.state),
        ):
            gauge = GaugeMetricFamily(name, about, labels=["state"])
            for value, count in db.session.execute(select(column, func.count()).group_by(column)):
                gauge.add_metric([value], count)
            yield gauge
        active = float(leases.current(db.session()) is not None)
        about = "Whether a gateway holds the lease"
        yield GaugeMetricFamily("turnup_gateway_active", about, value=active)
        yield GaugeMetricFamily("turnup_viewers", "Open live streams", value=hub.count())


@health.get("/metrics")
@public
def metrics() -> Response:
    """Counts alone, no names; keep it inside by the proxy."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Counted())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

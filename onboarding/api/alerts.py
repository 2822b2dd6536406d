"""POST /api/v1/pages/alertmanager: alerts of a Prometheus Alertmanager become pages."""

from collections import Counter

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.api.documents import body, json_document
from onboarding.db import transaction
from onboarding.errors import BadInput
from onboarding.paging import actions, queries
from onboarding.paging.alerts import Alert, alerts
from onboarding.people.access import actor, requires
from onboarding.people.models import Team
from onboarding.web.csrf import bearer_only

LARGEST = 1024 * 1024
alerts_api = bearer_only(Blueprint("alerts_api", __name__, url_prefix="/api/v1"))


@alerts_api.post("/pages/alertmanager")
@requires("paging.page")
def alertmanager() -> Response:
    """Each firing alert pages the team of its label `team`, else `?team=`; the same alert again is
    counted. A resolved one closes its page. All of a message is taken, or nothing of it."""
    given = alerts(json_document(body(LARGEST)))
    usual = request.args.get("team", "")
    done: Counter[str] = Counter(opened=0, repeated=0, resolved=0, unknown=0)
    with transaction() as session:
        teams = set(session.scalars(select(Team.key)))
        if usual not in teams:
            hint = f"end the address with ?team= and one of {', '.join(sorted(teams))}"
            raise BadInput(f"there is no team {usual!r}", place="team", hint=hint)
        for alert in given:
            team = alert.team if alert.team in teams else usual
            done[_take(session, alert, team)] += 1
    return jsonify(dict(done))


def _take(session: Session, alert: Alert, team: str) -> str:
    known = queries.by_key(session, alert.key)
    if not alert.firing:
        if known is None:
            return "unknown"
        actions.resolve(session, actor(), known.id, "Alertmanager says it is resolved")
        return "resolved"
    audience = [f"team:{team}"]
    page = actions.page(
        session, actor(), "paging", audience, alert.text, "/pages", alert.key, alert.severity
    )
    return "repeated" if page.repeats else "opened"

"""Draft what a customer is told: in their language, with the likely cause."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.brands.queries import of_customer as look_of
from onboarding.checklists.models import Checklist, ChecklistItem, ProbeResult
from onboarding.checklists.probe_words import told
from onboarding.config import settings
from onboarding.outreach import queries, wording
from onboarding.outreach.causes import Facts, likely
from onboarding.outreach.models import Outreach
from onboarding.outreach.signs import parts
from onboarding.outreach.wording import About
from onboarding.web.language import first_known, speaking

#: The probes of checklists that tell of trouble to come, by signal.
PROBES = {
    "certificate_days_left": "certificate",
    "certificate_names": "certificate",
    "cname_target": "dns",
}
FRESH = timedelta(days=2)  # what a probe saw before that is no news
LINK = "{link}"  # stands in a draft for the address at which each reader answers


def probed(session: Session, turnup_id: int) -> dict[str, ProbeResult]:
    """What the turn-up's own probes last found not as it should be, by signal."""
    query = (
        select(ProbeResult, ChecklistItem.definition)
        .join(ChecklistItem, ChecklistItem.id == ProbeResult.item_id)
        .join(Checklist, Checklist.id == ChecklistItem.checklist_id)
        .where(Checklist.turnup_id == turnup_id, ChecklistItem.probe_passes.is_(False))
        .where(ChecklistItem.retired_at.is_(None))
        .order_by(ProbeResult.id)
    )
    last: dict[str, ProbeResult] = {}
    for result, definition in session.execute(query):
        kind = _kind(definition)
        if kind in PROBES and result.last_at > clock.now() - FRESH:
            last[PROBES[kind]] = result
    return {signal: one for signal, one in last.items() if one.passes is False}


def _kind(definition: Mapping[str, Any]) -> str:
    probe = definition.get("probe")
    return str(probe.get("kind", "") if isinstance(probe, Mapping) else probe or "")


def facts(row: Outreach, saw: Mapping[str, str]) -> Facts:
    """What the table of causes is asked with."""
    figures = row.figures
    moved, control = figures.get("moved") or {}, figures.get("control") or {}
    level = float(figures.get("level") or 0.0)
    return Facts(
        signals=frozenset(row.signals),
        errors=parts(moved),
        level=level,
        old_path=_rate(control),
        busier=_rate(moved) / level if level else 1.0,
        certificate=saw.get("certificate", ""),
        dns=saw.get("dns", ""),
    )


def _rate(arm: Mapping[str, Any]) -> float:
    return float(arm["requests"] / arm["seconds"]) if arm.get("seconds") else 0.0


def about(session: Session, row: Outreach) -> About:
    """What every message to this customer is made with, as things are now."""
    look = look_of(session, row.customer_id)
    return About(
        language=row.language,
        zone=row.customer.timezone,
        hosts=[host.name for host in row.turnup.hostnames] or [row.turnup.name],
        sender=row.sender.name if row.sender else "",
        vendor=look.name,
        link=LINK,
    )


def language_of(session: Session, row: Outreach) -> str:
    """The customer's language: as chosen, else the first that one of their people speaks and the
    house has; else English."""
    chosen = queries.setting_of(session, row.customer_id).language
    spoken = (code for user in queries.readers(session, row.customer) for code in user.languages)
    return chosen or first_known(*spoken) or "en"


def draft(session: Session, row: Outreach) -> None:
    """Set the cause and, unless a person has changed it, the text of trouble."""
    found = probed(session, row.turnup_id)
    with speaking(row.language):
        saw = {signal: told(result, "saw")[0] for signal, result in found.items()}
    row.cause = likely(facts(row, saw))
    if not row.edited and row.state == "drafted":
        row.subject, row.text = wording.trouble(about(session, row), row.signals, row.cause, saw)


def page_of(row: Outreach) -> str:
    """The outreach's page, for letters to staff."""
    return f"{settings().public_url.rstrip('/')}/outreach/{row.id}"


def onset_of(signals: Mapping[str, Mapping[str, Any]]) -> datetime:
    """When the first of these signals began."""
    return datetime.fromtimestamp(min(sign["onset"] for sign in signals.values()), UTC)

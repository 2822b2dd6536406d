"""What is told of cutovers in the shapes of the Statuspage status API, version 2, for programs that
read it already. Pure.

A cutover is a scheduled maintenance; a roll-back is an incident, from the moment that traffic goes
back until it is back; what a cutover concerns (hostnames, or its public name) are components.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from onboarding.clock import iso
from onboarding.posts.told import Said, Told

Document = dict[str, Any]
STATES = {
    "booked": "scheduled",
    "running": "in_progress",
    "done": "completed",
    "cancelled": "completed",
}
DESCRIPTIONS = {
    "none": "All Systems Operational",
    "maintenance": "Service Under Maintenance",
    "minor": "Partially Degraded Service",
}
#: What ends a roll-back.
OVER = ("ramp.rolled_back", "ramp.finished", "ramp.started")
OPEN = ("scheduled", "in_progress")
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """The page that the answers are about."""

    key: str
    name: str
    url: str
    zone: str = "Etc/UTC"


def page_of(page: Page, told: Sequence[Told]) -> Document:
    """The head of every answer."""
    updated = max((one.updated_at for one in told), default=NEVER)
    return {
        "id": page.key,
        "name": page.name,
        "url": page.url,
        "time_zone": page.zone,
        "updated_at": iso(updated),
    }


def status(told: Sequence[Told]) -> Document:
    """How things stand in one word."""
    indicator = "none"
    if any(one.state == "running" for one in told):
        indicator = "maintenance"
    if any(_going_back(one) for one in told):
        indicator = "minor"
    return {"indicator": indicator, "description": DESCRIPTIONS[indicator]}


def components_of(key: str, told: Sequence[Told]) -> list[Document]:
    """Each name once, as the latest cutover of it stands."""
    found: dict[str, Document] = {}
    for one in told:
        for name in one.components:
            if name in found:
                continue
            found[name] = {
                "id": f"component-{name}",
                "name": name,
                "status": _component(one),
                "created_at": iso(one.created_at),
                "updated_at": iso(one.updated_at),
                "position": len(found) + 1,
                "description": None,
                "showcase": False,
                "start_date": None,
                "group_id": None,
                "page_id": key,
                "group": False,
                "only_show_if_degraded": False,
            }
    return list(found.values())


def maintenances_of(key: str, told: Sequence[Told], *states: str) -> list[Document]:
    """The cutovers as scheduled maintenances, of `states` only where some are given."""
    found = []
    for one in told:
        state = STATES.get(one.state, "scheduled")
        if states and state not in states:
            continue
        number = f"maintenance-{one.number}"
        ended = one.posts[0].at if state == "completed" and one.posts else None
        found.append(
            {
                **_notice(key, number, one, state, one.posts, "maintenance"),
                "started_at": iso(one.starts_at),
                "resolved_at": iso(ended) if ended else None,
                "scheduled_for": iso(one.starts_at),
                "scheduled_until": iso(one.ends_at),
            }
        )
    return found


def incidents_of(key: str, told: Sequence[Told], *, unresolved: bool = False) -> list[Document]:
    """Each roll-back of each cutover, the newest first."""
    found = [one for cutover in told for one in _incidents(key, cutover)]
    return [one for one in found if one["resolved_at"] is None] if unresolved else found


def _incidents(key: str, cutover: Told) -> list[Document]:
    runs: list[list[Said]] = []
    within = False
    for post in reversed(cutover.posts):
        if post.kind == "ramp.rollback" and not within:
            runs.append([])
            within = True
        if within:
            runs[-1].append(post)
        if post.kind in OVER:
            within = False
    return [_incident(key, cutover, posts) for posts in reversed(runs)]


def _incident(key: str, cutover: Told, posts: Sequence[Said]) -> Document:
    over = posts[-1].kind in OVER
    number = f"incident-{cutover.number}-{posts[0].number}"
    state = "resolved" if over else "identified"
    return {
        **_notice(key, number, cutover, state, tuple(reversed(posts)), "minor"),
        "started_at": iso(posts[0].at),
        "resolved_at": iso(posts[-1].at) if over else None,
    }


def _notice(
    key: str, number: str, cutover: Told, state: str, posts: Sequence[Said], impact: str
) -> Document:
    made = posts[-1].at if posts else cutover.created_at
    return {
        "id": number,
        "name": cutover.name,
        "status": state,
        "impact": impact,
        "page_id": key,
        "created_at": iso(made),
        "updated_at": iso(posts[0].updated_at if posts else made),
        "monitoring_at": None,
        "shortlink": None,
        "incident_updates": [
            {
                "id": f"{number}-{post.number}",
                "incident_id": number,
                "status": state,
                "body": post.text,
                "created_at": iso(post.at),
                "updated_at": iso(post.updated_at),
                "display_at": iso(post.at),
                "affected_components": None,
            }
            for post in posts
        ],
        "components": components_of(key, [cutover]),
    }


def _component(cutover: Told) -> str:
    if _going_back(cutover):
        return "degraded_performance"
    return "under_maintenance" if cutover.state == "running" else "operational"


def _going_back(cutover: Told) -> bool:
    """Whether a roll-back has begun that is not over."""
    for post in cutover.posts:
        if post.kind in OVER:
            return False
        if post.kind == "ramp.rollback":
            return True
    return False


def _summary(page: Page, told: Sequence[Told]) -> Document:
    return {
        "components": components_of(page.key, told),
        "incidents": incidents_of(page.key, told, unresolved=True),
        "scheduled_maintenances": maintenances_of(page.key, told, *OPEN),
        "status": status(told),
    }


#: The addresses there are, and what each answers beside `page`.
ANSWERS: Mapping[str, Callable[[Page, Sequence[Told]], Document]] = {
    "summary": _summary,
    "status": lambda _page, told: {"status": status(told)},
    "components": lambda page, told: {"components": components_of(page.key, told)},
    "incidents": lambda page, told: {"incidents": incidents_of(page.key, told)},
    "incidents/unresolved": lambda page, told: {
        "incidents": incidents_of(page.key, told, unresolved=True)
    },
    "scheduled-maintenances": lambda page, told: {
        "scheduled_maintenances": maintenances_of(page.key, told)
    },
    "scheduled-maintenances/upcoming": lambda page, told: {
        "scheduled_maintenances": maintenances_of(page.key, told, "scheduled")
    },
    "scheduled-maintenances/active": lambda page, told: {
        "scheduled_maintenances": maintenances_of(page.key, told, "in_progress")
    },
}


def answer(name: str, page: Page, told: Sequence[Told]) -> Document:
    """The document at `/api/v2/<name>.json`. A KeyError where there is none."""
    return {"page": page_of(page, told), **ANSWERS[name](page, told)}

"""A small roster problem to change from test to test."""

from typing import Any


def person(name: str, team: str = "ops", **changes: Any) -> dict[str, Any]:
    """Somebody in London, at work from 09:00 to 17:30 on weekdays."""
    return {
        "id": name,
        "team": team,
        "tz": "Europe/London",
        "hours": ["09:00", "17:30"],
        "days": [1, 2, 3, 4, 5],
        "skills": [],
        **changes,
    }


def need(team: str = "ops", role: str = "primary", **changes: Any) -> dict[str, Any]:
    return {"team": team, "role": role, "count": 1, "skills": [], **changes}


def cutover(
    name: str, start: str, end: str, *needs: dict[str, Any], **changes: Any
) -> dict[str, Any]:
    """A window such as 2027-01-04T10:00Z; one primary of ops where no need is named."""
    return {
        "id": name,
        "customer": f"customer of {name}",
        "start": start,
        "end": end,
        "needs": list(needs) or [need()],
        **changes,
    }


def problem(
    people: list[dict[str, Any]], cutovers: list[dict[str, Any]], **changes: Any
) -> dict[str, Any]:
    return {"people": people, "shifts": [], "cutovers": cutovers, "declined": [], **changes}

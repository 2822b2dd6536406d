"""What a team is asked for, and who is called: its lead, its order of escalation, its seats."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from onboarding.errors import BadInput
from onboarding.people import profile, rotations
from onboarding.people.models import Team
from onboarding.trail.log import Actor, record

ROLES = ("primary", "backup", "shadow")
MOST_SEATS = 20


def set_order(session: Session, actor: Actor, team: Team, order: Sequence[int]) -> None:
    """Who is called after whoever is on the rotation, in this order. Raises BadInput at `order`."""
    known = {user.id for user in rotations.members(session, team)}
    if not known.issuperset(order) or len(set(order)) != len(order):
        hint = "members of the team, each once"
        raise BadInput("this is no order of the team's people", place="order", hint=hint)
    if team.escalation != list(order):
        team.escalation = list(order)
        said = {"team": team.key, "order": team.escalation}
        record(session, "system", "people.escalation", actor, said)


def set_lead(session: Session, actor: Actor, team: Team, lead_id: int | None) -> None:
    """Who leads the team: they are called last and answer for its people. Raises BadInput."""
    known = {user.id for user in rotations.members(session, team)}
    if lead_id is not None and lead_id not in known:
        raise BadInput("somebody of this team is needed", place="lead", hint="choose a member")
    if team.lead_id != lead_id:
        team.lead_id = lead_id
        record(session, "system", "people.lead", actor, {"team": team.key, "lead": lead_id})


def set_needs(
    session: Session, actor: Actor, team: Team, counts: Mapping[str, int], skills: Mapping[str, str]
) -> None:
    """What every flip needs of the team: seats by role, and the skills each must have, with commas
    between. Raises BadInput at `count-<role>` or `skills-<role>`."""
    needs: dict[str, Any] = {}
    for role in ROLES:
        count = counts.get(role, 0)
        if not 0 <= count <= MOST_SEATS:
            hint = f"0 to {MOST_SEATS}"
            raise BadInput("this is no number of seats", place=f"count-{role}", hint=hint)
        wanted = profile.words(skills.get(role, ""), f"skills-{role}")
        needs[role] = {"count": count, "skills": wanted}
    if not needs["primary"]["count"]:
        hint = "1 at least; a team that gives nobody does not stand by"
        raise BadInput("a flip needs a primary", place="count-primary", hint=hint)
    if team.needs != needs:
        team.needs = needs
        record(session, "system", "people.needs", actor, {"team": team.key, "needs": needs})

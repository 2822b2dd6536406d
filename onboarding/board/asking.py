"""What the present stage of a turn-up still asks for, and of whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding.checklists import queries as checklists
from onboarding.checklists.progress import Line, actionable
from onboarding.customers.models import Turnup


@dataclass(frozen=True)
class Asked:
    """Something still asked for: what, why, of whom (`customer` or a team), and where on the page
    or the site it is done."""

    what: str
    owner: str
    where: str
    why: str = ""


def asked(session: Session, turnup: Turnup) -> list[Asked]:
    """What is asked for now, most pressing first; the first one's owner has the ball."""
    return of_lines(turnup, checklists.standing(session, turnup))


def of_lines(turnup: Turnup, lines: Sequence[Line]) -> list[Asked]:
    """What the checklist asks for in the present stage."""
    here = [line for line in actionable(lines) if line.item.stage == turnup.stage]
    return [
        Asked(line.item.title, line.ball, f"#item-{line.item.id}", line.item.why) for line in here
    ]

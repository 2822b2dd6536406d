"""How values spread by group, picked by the database."""

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from onboarding.reports.spread import Spread, places, spread_at


def spreads(session: Session, values: Select[str, float]) -> dict[str, Spread]:
    """By group; `values` selects two columns, the group and a number."""
    inner = values.subquery()
    group, value = inner.c[0], inner.c[1]
    counted = session.execute(select(group, func.count()).group_by(group))
    counts = {str(name): int(count) for name, count in counted}
    if not counts:
        return {}
    place = func.row_number().over(partition_by=group, order_by=value)
    placed = select(group.label("name"), value.label("value"), place.label("place")).subquery()
    wanted = or_(
        *(and_(placed.c.name == name, placed.c.place.in_(places(n))) for name, n in counts.items())
    )
    found: dict[str, dict[int, float]] = {name: {} for name in counts}
    for name, number, at in session.execute(select(placed).where(wanted)):
        found[str(name)][int(at)] = float(number)
    return {name: spread_at(count, found[name]) for name, count in counts.items()}

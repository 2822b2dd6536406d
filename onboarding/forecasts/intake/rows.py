"""A table as its choice says, gathered into hours and five minutes."""

import csv
from dataclasses import dataclass

from onboarding.errors import BadInput, marked
from onboarding.forecasts.history import History
from onboarding.forecasts.hours import Hours
from onboarding.forecasts.intake.choice import COUNTS, Choice
from onboarding.forecasts.intake.fine import FiveMinutes
from onboarding.forecasts.intake.moments import Moments
from onboarding.forecasts.lines import Lines
from onboarding.forecasts.tables import parse_rate

HINT = marked("expected a table with a column of times and one of values")


@dataclass(frozen=True)
class Table:
    """What a table says, in its own unit (counts: per row)."""

    history: History
    rows: int
    five_minutes: float | None


def read_table(lines: Lines, name: str, choice: Choice) -> Table:
    """The history in a table. Raises BadInput with `name:line`."""
    hours, fine = Hours(name, 2), FiveMinutes()
    moments = Moments(choice.times, choice.zone)
    rows = csv.reader(lines, delimiter=choice.delimiter)
    needed = max(choice.time, choice.value) + 1
    try:
        if choice.header:
            next(rows, None)
        for row in rows:
            if not row:
                continue
            if len(row) < needed:
                raise BadInput(
                    marked(
                        "{n} fields where {needed} are needed", n=str(len(row)), needed=str(needed)
                    ),
                    hint=HINT,
                )
            if not row[choice.value].strip():
                continue  # an empty cell is a gap
            seconds, offset = moments(row[choice.time])
            hours.check_zone(offset, seconds)
            value = parse_rate(_figure(row[choice.value], choice.delimiter))
            hours.add(seconds, value)
            fine.add(seconds, value)
    except BadInput as wrong:
        wrong.place = wrong.place or f"{name}:{lines.number}"
        raise
    except csv.Error as wrong:
        said = marked("this row cannot be read: {why}", why=str(wrong))
        raise BadInput(said, place=f"{name}:{lines.number}", hint=HINT) from None
    if not hours.rows:
        raise BadInput(marked("no rows below the header"), place=f"{name}:2", hint=HINT)
    history = hours.history(name)
    fine_enough = history.spacing_minutes <= 5
    learnt = fine.factor() if fine_enough else None
    if choice.unit in COUNTS and len(history.values) and history.spacing_minutes == 60:
        learnt = None
    return Table(history, hours.rows, learnt)


def _figure(text: str, delimiter: str) -> str:
    """A decimal comma where commas do not part the columns; blanks that part thousands."""
    plain = text.strip().replace(" ", "").replace("\u00a0", "")
    if delimiter != "," and "," in plain and "." not in plain:
        return plain.replace(",", ".")
    return plain

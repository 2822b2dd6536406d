"""What a probe saw, on an item's page, and the button that has it look now."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from onboarding.checklists import probe_actions, probe_queries, probe_words, queries
from onboarding.checklists.models import ChecklistItem, ProbeResult
from onboarding.customers.queries import visible_turnup
from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.people.access import me, requires
from onboarding.web.fragments import done

probing = Blueprint("probing", __name__)


@probing.app_template_global("probe_history")
def probe_history(row: ChecklistItem) -> Sequence[ProbeResult]:
    """What the probe of an item saw, newest first."""
    return probe_queries.history(db.session(), row.id)


@probing.app_template_global("probe_told")
def probe_told(result: ProbeResult, part: str) -> tuple[str, str]:
    """What a result `saw`, or its `fix`, and in which language that is."""
    return probe_words.told(result, part)


@probing.app_template_global("note_told")
def note_told(row: ChecklistItem) -> tuple[str, str]:
    """The note of an item, and in which language it is where that is known."""
    ticked = row.definition.get("probe") is not None
    return probe_words.note_told(list(probe_history(row)) if ticked else [], row.note)


@probing.app_template_global("views_told")
def views_told(
    details: Mapping[str, Any],
) -> Sequence[tuple[str, str, int | str | list[str] | None]]:
    """(hostname or "", name server or "", what it told) of a look at DNS: seconds of a TTL, records
    as texts, or why there is nothing. The line without a name server is the resolver's. Empty for
    other looks."""
    if "authoritative" not in details:
        named = [(name, one) for name, one in details.items() if isinstance(one, dict)]
        return [(name, *line[1:]) for name, one in named for line in views_told(one)]
    owners = {**details["authoritative"], **details.get("silent", {})}
    lines: list[tuple[str, str, int | str | list[str] | None]] = [
        ("", *pair) for pair in owners.items()
    ]
    return [*lines, ("", "", details["resolver"])] if "resolver" in details else lines


@probing.app_template_test("of_texts")
def of_texts(told: object) -> bool:
    """Whether a name server told records, and not a number or a fault."""
    return isinstance(told, list)


@probing.post("/checklist-items/<int:item_id>/probe")
@requires("checklists.tick", "workspace.tick")
def look_now(item_id: int) -> Response:
    with transaction() as session:
        _row, checklist = queries.item(session, item_id)
        try:
            visible_turnup(session, me(), checklist.turnup_id)
        except NotFound:
            raise NotFound("There is no such item", hint="reload the page") from None
        probe_actions.look_now(session, item_id)
    return done(f"/checklist-items/{item_id}")

"""What /api/v1/ takes and gives, as JSON schemas; `routes` says where."""

from typing import Any

from onboarding.customers.records import FIELDS
from onboarding.customers.stages import LEVELS, STAGES

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
TIME: Schema = {"type": "string", "format": "date-time"}
MAYBE: Schema = {"type": ["string", "null"], "format": "date-time"}


def an_object(needed: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object of these properties."""
    made: Schema = {"type": "object", "properties": properties}
    return made | ({"required": list(needed)} if needed else {})


def many(schema: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": schema}


def named(name: str) -> Schema:
    """The schema of that name in `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


_RECORD: dict[str, Schema] = {
    key: {"type": "string", "description": about} for key, about in FIELDS.items()
}
_RECORD["help_level"] = {"type": "string", "enum": list(LEVELS)}
_RECORD["hostnames"] = many(TEXT) | {"description": FIELDS["hostnames"]}
_ROW: Schema = {"type": ["integer", "null"]}
_COUNTS = ("requests", "errors")
_MORE = ("edge", "unreachable", "origin", "bytes")

SCHEMAS: dict[str, Schema] = {
    "Stop": an_object(("held",), held={"type": "boolean"}, reason=TEXT, by=TEXT, at=MAYBE),
    "Problem": an_object(status=WHOLE, title=TEXT, detail=TEXT, place=TEXT),
    "Record": an_object(("name",), **_RECORD) | {"additionalProperties": False},
    "Fault": an_object(place=TEXT, message=TEXT, hint=TEXT),
    "Outcome": an_object(
        written={"type": "boolean"},
        customers=many(
            an_object(
                place=TEXT,
                slug=TEXT,
                outcome={"type": "string", "enum": ["made", "changed", "same"]},
                changes=many(an_object(field=TEXT, old=TEXT, new=TEXT)),
                invites=TEXT,
            )
        ),
        faults=many(named("Fault")),
    ),
    "Customer": an_object(
        id=WHOLE,
        slug=TEXT,
        external_id={"type": ["string", "null"]},
        name=TEXT,
        timezone=TEXT,
        help_level={"type": "string", "enum": list(LEVELS)},
        account_manager={"type": ["string", "null"]},
        created_at=TIME,
        turnups=many(
            an_object(
                id=WHOLE,
                name=TEXT,
                stage={"type": "string", "enum": list(STAGES)},
                hostnames=many(TEXT),
            )
        ),
    ),
    "Page": an_object(
        id=WHOLE,
        key=TEXT,
        subject=TEXT,
        severity=TEXT,
        text=TEXT,
        link=TEXT,
        state=TEXT,
        repeats=WHOLE,
        round=WHOLE,
        holder={"type": ["integer", "null"]},
        opened_at=TIME,
        acknowledged_at=MAYBE,
        resolved_at=MAYBE,
        holds_until=MAYBE,
    ),
    "Outreach": an_object(
        id=WHOLE,
        customer=TEXT,
        turnup_id=WHOLE,
        kind={"type": "string", "enum": ["trouble", "chance"]},
        state=TEXT,
        signals=many(an_object(signal=TEXT, sentence=TEXT, healed={"type": "boolean"})),
        cause=TEXT,
        cause_said=TEXT,
        language=TEXT,
        subject=TEXT,
        text=TEXT,
        version=WHOLE,
        sender={"type": ["string", "null"]},
        answer=TEXT,
        outcome=TEXT,
        round_id=_ROW,
        onset=TIME,
        opened_at=TIME,
        sent_at=MAYBE,
        answered_at=MAYBE,
        healed_at=MAYBE,
        ended_at=MAYBE,
        snoozed_until=MAYBE,
    ),
    "Ticket": an_object(
        id=WHOLE,
        subject=TEXT,
        severity=WHOLE,
        state=TEXT,
        over={"type": "boolean"},
        owes={"type": "string", "enum": ["support", "team", "customer", "nobody"]},
        source=TEXT,
        customer={"type": ["string", "null"]},
        team=TEXT,
        turnup=_ROW,
        cutover=_ROW,
        holder=_ROW,
        owner=_ROW,
        merged_into=_ROW,
        tracker_link=TEXT,
        opened_at=TIME,
        last_at=TIME,
        first_response_at=MAYBE,
        resolved_at=MAYBE,
        closed_at=MAYBE,
        messages=many(named("TicketMessage")),
    ),
    "TicketMessage": an_object(
        number=WHOLE,
        at=TIME,
        side={"type": "string", "enum": ["customer", "staff", "note", "auto"]},
        name=TEXT,
        text=TEXT,
        source=TEXT,
        corrects={"type": ["integer", "null"]},
        files=many(an_object(id=WHOLE, name=TEXT, size=WHOLE)),
    ),
    "Article": an_object(
        ("title", "body"),
        id=WHOLE,
        title=TEXT,
        body={"type": "string", "description": "Markdown"},
        stage=TEXT,
        area=TEXT,
        public={"type": "boolean"},
        state={"type": "string", "enum": ["draft", "published", "retired"]},
        revision=WHOLE,
        note={"type": "string", "description": "what has changed"},
        owner={"type": ["string", "null"]},
        review_on={"type": "string", "format": "date"},
        updated_at=TIME,
    ),
    "Person": an_object(
        id=WHOLE,
        name=TEXT,
        email=TEXT,
        team=TEXT,
        timezone=TEXT,
        hours=many(TEXT),
        days=many(WHOLE),
        country=TEXT,
        subdivision=TEXT,
        languages=many(TEXT),
        skills=many(TEXT),
        trainee={"type": "boolean"},
    ),
    "Away": an_object(
        ("starts_at", "ends_at"),
        id=WHOLE,
        starts_at=TIME,
        ends_at=TIME,
        note=TEXT,
        source={"type": "string", "enum": ["entered", "ical"]},
    ),
    "Turn": an_object(person=WHOLE, name=TEXT, starts_at=TIME, ends_at=TIME, layer=TEXT),
    "Freeze": an_object(
        ("name", "starts_at", "ends_at"),
        id=WHOLE,
        name=TEXT,
        starts_at=TIME,
        ends_at=TIME,
        reason=TEXT,
        region=TEXT,
        customer={"type": ["string", "null"], "description": "the slug of the only one it holds"},
        key={"type": "string", "description": "your own name for it: said again, it is changed"},
        source={"type": "string", "enum": ["person", "program", "calendar", "holidays"]},
    ),
    "Report": an_object(
        asked={"type": "object"},
        section=TEXT,
        title=TEXT,
        figures=many(
            an_object(
                key=TEXT,
                name=TEXT,
                value={"type": ["number", "null"]},
                unit=TEXT,
                of=WHOLE,
                interval={"type": ["array", "null"], "items": {"type": "number"}},
                enough={"type": "boolean"},
            )
        ),
        tables={"type": "object"},
        notes=many(TEXT),
    ),
    "Ship": an_object(
        ("name", "owner", "risk", "starts_at", "ends_at"),
        id=WHOLE,
        name=TEXT,
        owner=TEXT,
        risk={"type": "string", "enum": ["low", "medium", "high"]},
        starts_at=TIME,
        ends_at=TIME,
        note={"type": "string", "description": "what support must know"},
        key={"type": "string", "description": "your own name for it: said again, it is changed"},
        source={"type": "string", "enum": ["person", "program", "calendar"]},
        ready_at=MAYBE,
    ),
    "Counts": an_object(
        ("counts",),
        counts=many(
            an_object(
                ("at", "arm", *_COUNTS),
                at=TIME,
                seconds={"type": "number"},
                arm={"type": "string", "enum": ["moved", "control"]},
                **dict.fromkeys((*_COUNTS, "slow", "misses", *_MORE), WHOLE),
            )
        ),
    ),
}

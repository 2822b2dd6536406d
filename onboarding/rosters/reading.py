"""A roster problem's JSON document (docs/rosters.md), read into the terms. Pure; refuses with BadInput."""

import re
from typing import Any

from onboarding.rosters import windows
from onboarding.rosters.fields import Field, span, unique
from onboarding.rosters.terms import ROLES, Assignment, Cutover, Need, Person, Shift
from onboarding.rosters.windows import Span, WorkingHours

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")
MAX_LOAD = 100_000.0
MAX_COUNT = 1_000


def people(document: Any) -> tuple[Person, ...]:
    """`$.people`, in the document's order."""
    fields = Field(document, "$").get("people").items("people")
    rows = [_person(field) for field in fields]
    return tuple(unique(rows, fields, lambda p: p.id, "person id"))


def shifts(document: Any, known: dict[str, Person]) -> tuple[Shift, ...]:
    """`$.shifts`, each of a known person in that person's team."""
    fields = Field(document, "$").get("shifts", []).items("shifts")
    return tuple(_shift(field, known) for field in fields)


def cutovers(document: Any) -> tuple[Cutover, ...]:
    """`$.cutovers`, in the document's order."""
    fields = Field(document, "$").get("cutovers").items("cutovers")
    rows = [_cutover(field) for field in fields]
    return tuple(unique(rows, fields, lambda c: c.id, "cutover id"))


def pairs(
    document: Any, key: str, cutover_ids: set[str], person_ids: set[str]
) -> frozenset[tuple[str, str]]:
    """`$.<key>` as (cutover, person) pairs of known ids."""
    found = set()
    for field in Field(document, "$").get(key, []).items("{cutover, person}"):
        cutover = field.get("cutover").one_of(cutover_ids, "the id of a cutover")
        found.add((cutover, field.get("person").one_of(person_ids, "the id of a person")))
    return frozenset(found)


def faces(document: Any, person_ids: set[str]) -> frozenset[tuple[str, str]]:
    """`$.faces` as (customer, person) pairs; a customer may be one that no cutover is for."""
    found = set()
    for field in Field(document, "$").get("faces", []).items("{customer, person}"):
        customer = field.get("customer").text("a customer")
        found.add((customer, field.get("person").one_of(person_ids, "the id of a person")))
    return frozenset(found)


def places(document: Any, key: str) -> tuple[Assignment, ...]:
    """`$.<key>` as places on a roster. The ids are not looked up: an earlier roster may name what is gone."""
    fields = Field(document, "$").get(key, []).items("{cutover, team, role, person}")
    rows = [
        Assignment(
            field.get("cutover").text("the id of a cutover"),
            field.get("team").text("a team"),
            field.get("role").one_of(ROLES, "primary, backup or shadow"),
            field.get("person").text("the id of a person"),
        )
        for field in fields
    ]
    return tuple(unique(rows, fields, lambda a: a, "place"))


def _person(field: Field) -> Person:
    tz = field.get("tz").text("an IANA zone such as Europe/London")
    try:
        windows.zone(tz)
    except ValueError:
        raise field.get("tz").wrong(
            f"{tz!r} is not a known time zone", "an IANA zone such as Europe/London"
        ) from None
    holidays = _aways(field.get("holidays", []))
    return Person(
        id=field.get("id").text(),
        team=field.get("team").text(),
        working=_working(field, tz),
        skills=_skills(field),
        trainee=field.get("trainee", False).flag(),
        away=_merged([*_aways(field.get("away", [])), *holidays]),
        load=field.get("load", 0.0).number(0, MAX_LOAD),
        availability=field.get("availability", 1.0).number(0.05, 1),
        avoid=tuple(_working(wish, tz) for wish in field.get("avoid", []).items("{hours, days}")),
        name=_label(field, "name"),
        lapsed=_skills(field, "lapsed"),
        holidays=holidays,
    )


def _label(field: Field, key: str) -> str:
    given = field.get(key, None)
    return "" if given.value is None else given.text("a name")


def _working(field: Field, tz: str) -> WorkingHours:
    expected = 'two times of the day such as ["09:00", "17:30"]'
    hours = field.get("hours")
    ends = hours.items("two times of the day")
    if len(ends) != 2:
        raise hours.wrong(f"{len(ends)} times instead of two", expected)
    start, end = (_minutes(item) for item in ends)
    days = field.get("days").items("weekdays")
    return WorkingHours(tz, start, end, frozenset(day.whole(1, 7) for day in days))


def _minutes(field: Field) -> int:
    expected = "a time of the day from 00:00 to 24:00"
    found = CLOCK.fullmatch(field.text(expected))
    if not found:
        raise field.wrong(f"{field.value!r} is not a time of the day", expected)
    hour, minute = (int(part) for part in found.groups() if part is not None)
    return hour * 60 + minute


def _skills(field: Field, key: str = "skills") -> frozenset[str]:
    return frozenset(item.text("a skill") for item in field.get(key, []).items("skills"))


def _aways(field: Field) -> tuple[Span, ...]:
    """Times away, in order; those that overlap or touch become one (calendars overlap all the time)."""
    spans: list[Span] = []
    for item in field.items("[start, end]"):
        ends = item.items("a start and an end")
        if len(ends) != 2:
            raise item.wrong(f"{len(ends)} times instead of two", "[start, end]")
        spans.append(span(ends[0], ends[1]))
    return _merged(spans)


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _shift(field: Field, known: dict[str, Person]) -> Shift:
    team = field.get("team").text("a team")
    person = field.get("person").one_of(known, "the id of a person")
    if known[person].team != team:
        raise field.get("team").wrong(
            f"{person} is not in team {team!r}", f"that person's own team, {known[person].team!r}"
        )
    return Shift(team, person, *span(field.get("start"), field.get("end")))


def _cutover(field: Field) -> Cutover:
    cutover_id = field.get("id").text()
    fields = field.get("needs").items("needs")
    needs = [
        Need(
            team=need.get("team").text("a team"),
            role=need.get("role").one_of(ROLES, "primary, backup or shadow"),
            count=need.get("count", 1).whole(1, MAX_COUNT),
            skills=_skills(need),
        )
        for need in fields
    ]
    start, end = span(field.get("start"), field.get("end"))
    return Cutover(
        id=cutover_id,
        customer=field.get("customer", cutover_id).text("a customer"),
        start=start,
        end=end,
        needs=tuple(unique(needs, fields, lambda n: (n.team, n.role), "team and role")),
        title=_label(field, "title"),
    )

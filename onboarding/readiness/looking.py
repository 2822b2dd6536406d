"""What gates are met by, read for many cutovers at once: proofs, overrules, rehearsals, probes."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists.models import Checklist, ChecklistItem, ProbeResult
from onboarding.checklists.progress import Line
from onboarding.cutovers.models import Cutover
from onboarding.readiness.facts import Certificate, Proved
from onboarding.readiness.models import Overrule, Proof
from onboarding.readiness.ttl_clock import Look, TtlClock, ttl_clock
from onboarding.trail.models import Entry, Stream

#: Switches by which resolvers' old answers matter; a person may well turn DNS by hand.
DNS_SWITCHES = ("manual", "powerdns", "rfc2136", "route53", "cloudflare")
CERTIFICATES = ("certificate_names", "certificate_days_left")
TTL = "ttl_at_most"
DEAD = timedelta(minutes=2)  # after which whoever asked the switch does not come back
#: What changed, in words, by what a proof keeps a print of.
SETTINGS = {"switch": "the switch's settings changed", "metrics": "the source's settings changed"}


def prints(cutover: Cutover) -> dict[str, str]:
    """What tells the settings of its switch and source apart from any others."""
    source = {key: value for key, value in cutover.metrics.items() if key != "guard"}
    return {"switch": _print(cutover.switch), "metrics": _print(source)}


def _print(settings: Mapping[str, Any]) -> str:
    text = json.dumps(settings, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def proofs(session: Session, cutovers: Iterable[Cutover]) -> dict[int, Proved]:
    """The last proof of each cutover, and whether it still counts."""
    known = {cutover.id: cutover for cutover in cutovers}
    if not known:
        return {}
    last = select(func.max(Proof.id)).where(Proof.cutover_id.in_(known)).group_by(Proof.cutover_id)
    rows = session.scalars(select(Proof).where(Proof.id.in_(last))).unique()
    return {row.cutover_id: _proved(row, known[row.cutover_id]) for row in rows}


def _proved(row: Proof, cutover: Cutover) -> Proved:
    now = prints(cutover)
    changed = [words for key, words in SETTINGS.items() if row.prints.get(key) != now[key]]
    who = f"{row.asker.name}, {row.asked_at:%d %b %Y %H:%M} UTC, {row.identity}"
    dead = row.state != "done" and clock.now() - row.asked_at > DEAD
    if dead:
        changed.append("no worker finished it")
    return Proved(
        at=row.done_at or row.asked_at,
        switch=row.switch_fault,
        rollback=row.rollback_fault,
        metrics=row.metrics_fault,
        void=" and ".join(changed),
        told=(who, *map(str, row.saw)),
        running=row.state != "done" and not dead,
    )


def overrules(session: Session, cutover_ids: Iterable[int]) -> dict[int, list[Overrule]]:
    """Every overrule of each cutover there ever was, oldest first."""
    ids = list(cutover_ids)
    found: dict[int, list[Overrule]] = defaultdict(list)
    if ids:
        query = select(Overrule).where(Overrule.cutover_id.in_(ids)).order_by(Overrule.id)
        for row in session.scalars(query).unique():
            found[row.cutover_id].append(row)
    return found


def overruled(session: Session, turnup_ids: Sequence[int]) -> set[int]:
    """Those turn-ups of which two people once overruled a gate, whatever became of it."""
    if not turnup_ids:
        return set()
    query = select(Cutover.turnup_id).join(Overrule, Overrule.cutover_id == Cutover.id)
    query = query.where(Overrule.seconded_at.is_not(None), Cutover.turnup_id.in_(turnup_ids))
    return set(session.scalars(query))


#: What the trail tells of a rehearsal that counts, or does not.
FINISHED, PASSED, FAILED = "ramp.finished", "rehearsal.passed", "rehearsal.failed"


def rehearsed(session: Session, turnup_ids: Sequence[int]) -> dict[int, datetime]:
    """When the last rehearsal of each turn-up went to its end, or rightly answered what its script
    broke, a roll-back among the answers. One that failed its script shows that something is amiss,
    and counts for nothing, however it ended."""
    if not turnup_ids:
        return {}
    stream = literal("cutover:") + cast(Cutover.id, String)
    query = select(Cutover.turnup_id, Cutover.id, Cutover.state, Entry)
    query = query.join(Stream, Stream.name == stream)
    query = query.join(Entry, Entry.stream_id == Stream.id).where(
        Cutover.turnup_id.in_(turnup_ids),
        Cutover.practice.is_(True),
        Entry.kind.in_((FINISHED, PASSED, FAILED)),
    )
    at: dict[tuple[int, int, int], datetime] = {}  # by turn-up, cutover and run
    for turnup_id, cutover_id, state, entry in session.execute(query.order_by(Entry.id)):
        run = (turnup_id, cutover_id, entry.payload.get("run", 0))
        if entry.kind == FAILED:
            at.pop(run, None)
        elif entry.kind == PASSED or state == "done":
            at[run] = entry.at
    last: dict[int, datetime] = {}
    for (turnup_id, _, _), when in at.items():
        last[turnup_id] = max(when, last.get(turnup_id, when))
    return last


def watched(
    session: Session, lines: Mapping[int, Sequence[Line]]
) -> tuple[dict[int, tuple[Certificate, ...]], dict[int, tuple[TtlClock, ...]]]:
    """Certificates and TTLs that probes of each turn-up look at, as last seen; items that are
    waived or not needed are left out."""
    looked = {
        (turnup_id, line.item.id): line
        for turnup_id, found in lines.items()
        for line in found
        if line.item.probe is not None
        and line.item.probe.kind in (*CERTIFICATES, TTL)
        and line.status not in ("waived", "not_needed")
    }
    if not looked:
        return {}, {}
    query = select(Checklist.turnup_id, ChecklistItem.id, ChecklistItem.key)
    query = query.join(ChecklistItem, ChecklistItem.checklist_id == Checklist.id)
    query = query.where(Checklist.turnup_id.in_({turnup_id for turnup_id, _ in looked}))
    items = {
        item_id: (turnup_id, looked[turnup_id, key])
        for turnup_id, item_id, key in session.execute(query)
        if (turnup_id, key) in looked
    }
    results: dict[int, list[ProbeResult]] = defaultdict(list)
    asked = select(ProbeResult).where(ProbeResult.item_id.in_(items)).order_by(ProbeResult.id)
    for result in session.scalars(asked):
        results[result.item_id].append(result)
    certificates: dict[int, list[Certificate]] = defaultdict(list)
    ttls: dict[int, list[TtlClock]] = defaultdict(list)
    for item_id, (turnup_id, line) in items.items():
        if line.item.probe is not None and line.item.probe.kind == TTL:
            ttls[turnup_id] += _clocks(line, results[item_id])
        else:
            certificates[turnup_id].append(_certificate(line, results[item_id]))
    return (
        {turnup_id: tuple(found) for turnup_id, found in certificates.items()},
        {turnup_id: tuple(found) for turnup_id, found in ttls.items()},
    )


def _certificate(line: Line, results: Sequence[ProbeResult]) -> Certificate:
    judged = [one for one in results if one.passes is not None]
    title, settled, needed = line.item.title, line.settled, line.item.required
    if not judged:
        return Certificate(title, None, settled, needed=needed)
    last = judged[-1]
    return Certificate(title, last.passes, settled, last.saw, last.last_at, needed)


def _clocks(line: Line, results: Sequence[ProbeResult]) -> list[TtlClock]:
    """One clock for each name that the item's probe looks at; where no probe has seen anything, a
    person who settled the item is believed."""
    assert line.item.probe is not None
    wanted = int(dict(line.item.probe.settings)["seconds"])
    looks: dict[str, list[Look]] = defaultdict(list)
    for result in results:
        for name, details in _by_name(line, result.details):
            told = [ttl for ttl in details.get("authoritative", {}).values() if ttl is not None]
            if told:
                looks[name].append(Look(result.first_at, result.last_at, max(told)))
    if not looks and line.settled:
        return []
    names = looks or {line.item.title: []}
    return [ttl_clock(name, wanted, seen) for name, seen in names.items()]


def _by_name(line: Line, details: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """A result's details of each name; of one name alone they are not put under it."""
    if "authoritative" in details:
        return [(line.item.title, details)]
    return [(name, one) for name, one in details.items() if isinstance(one, dict)]

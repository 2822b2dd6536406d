"""Find any edit, removal or missing tail in the trail."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.trail.log import mac_of
from onboarding.trail.models import Entry, Stream
from onboarding.trail.signing import digest, head_signature


@dataclass(frozen=True)
class Finding:
    """Something in `stream` at `number` that is not as it was written."""

    stream: str
    number: int
    what: str


def heads(session: Session) -> dict[str, list[str | int]]:
    """Every stream's last number and signature: kept elsewhere, they show a later roll-back of
    the whole database."""
    return {s.name: [s.number, s.signature] for s in session.scalars(select(Stream))}


def verify(
    session: Session, key: str, kept: dict[str, list[str | int]] | None = None
) -> list[Finding]:
    """All findings over all streams; `kept` = what `heads()` said at an earlier time."""
    findings: list[Finding] = []
    by_name = {s.name: s for s in session.scalars(select(Stream).order_by(Stream.id))}
    for stream in by_name.values():
        findings += _verify_stream(session, key, stream)
    for name, (number, signature) in (kept or {}).items():
        found = by_name.get(name)
        if found is None or found.number < int(number):
            findings.append(Finding(name, int(number), "entries up to here existed and are gone"))
        elif not _was_head(session, key, found, int(number), str(signature)):
            findings.append(Finding(name, int(number), "this is not the entry that stood here"))
    return findings


def _was_head(session: Session, key: str, stream: Stream, number: int, signature: str) -> bool:
    mac = session.scalar(
        select(Entry.mac).where(Entry.stream_id == stream.id, Entry.number == number)
    )
    return head_signature(key, stream.name, number, mac or "") == signature


def _verify_stream(session: Session, key: str, stream: Stream) -> list[Finding]:
    findings: list[Finding] = []
    previous, expected = "", 1
    query = select(Entry).where(Entry.stream_id == stream.id).order_by(Entry.number)
    for entry in session.scalars(query.execution_options(yield_per=1000)):
        if entry.number != expected:
            findings.append(Finding(stream.name, expected, "missing"))
        elif entry.mac != mac_of(key, stream.name, entry, previous):
            findings.append(Finding(stream.name, entry.number, "edited"))
        if entry.personal and digest(entry.salt or "", entry.personal) != entry.digest:
            findings.append(Finding(stream.name, entry.number, "personal part edited"))
        previous, expected = entry.mac, entry.number + 1
    signature = head_signature(key, stream.name, expected - 1, previous)
    if stream.number != expected - 1 or (stream.number and stream.signature != signature):
        findings.append(Finding(stream.name, expected, "the tail is missing or was replaced"))
    return findings

"""What two answers to one URL have in common, and what not. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from onboarding.errors import marked

#: Headers that never say the same twice, or by nature name the path: (header, why it is left out).
#: Shown on the page of every comparison.
LEFT_OUT: tuple[tuple[str, str], ...] = (
    ("date", marked("the time of the answer")),
    ("age", marked("how long a cache has kept it")),
    ("expires", marked("a time that moves on; cache-control is compared")),
    ("connection", marked("between two machines only")),
    ("keep-alive", marked("between two machines only")),
    ("transfer-encoding", marked("between two machines only")),
    ("content-length", marked("the body itself is compared")),
    ("via", marked("names the path")),
    ("server", marked("names the path")),
    ("x-cache", marked("what the cache of a path did")),
    ("x-cache-hits", marked("what the cache of a path did")),
    ("x-served-by", marked("names the path")),
    ("x-timer", marked("times of one request")),
    ("x-request-id", marked("a number of its own for each request")),
    ("alt-svc", marked("what the path itself offers")),
    ("report-to", marked("where the path wants reports")),
    ("nel", marked("where the path wants reports")),
)
_LEFT_OUT = frozenset(name for name, _why in LEFT_OUT)
#: The new path is slower where it takes more than so many times as long, and so much longer.
SLOWER, SLOWER_MS = 2.0, 200
LONGEST = 300


@dataclass(frozen=True)
class Seen:
    """One answer. `headers` by name in small letters, `sha256` of the body up to the limit, `size`
    in bytes so far, `cut` where the body went on, `ms` to the end. `fault` instead of all of it
    where no answer came."""

    status: int = 0
    headers: Mapping[str, str] | None = None
    sha256: str = ""
    size: int = 0
    cut: bool = False
    ms: int = 0
    fault: str = ""


@dataclass(frozen=True)
class Differs:
    """One difference, as `models.Difference` keeps it."""

    kind: str
    name: str
    old: str
    new: str


def differences(old: Seen, new: Seen) -> list[Differs]:
    """Everything that is not the same, the gravest first. Two paths that both give no answer
    differ too: nothing was shown about them."""
    if old.fault or new.fault:
        return [Differs("answer", "", old.fault or f"answers {old.status}",
                        new.fault or f"answers {new.status}")]  # fmt: skip
    found = []
    if old.status != new.status:
        found.append(Differs("status", "", str(old.status), str(new.status)))
    if (old.sha256, old.cut) != (new.sha256, new.cut):
        found.append(Differs("body", "", _body(old), _body(new)))
    found += _headers(old.headers or {}, new.headers or {})
    if new.ms > SLOWER * old.ms and new.ms - old.ms > SLOWER_MS:
        found.append(Differs("latency", "", f"{old.ms} ms", f"{new.ms} ms"))
    return found


def same(one: Differs, other: Differs) -> bool:
    """Whether what was said about `one` holds for `other`: the same thing differs in the same way.
    Times are never the same twice, so for latency the kind is enough."""
    return one == other or one.kind == other.kind == "latency"


def _headers(old: Mapping[str, str], new: Mapping[str, str]) -> list[Differs]:
    found = []
    for name in sorted((old.keys() | new.keys()) - _LEFT_OUT):
        before, after = _value(name, old.get(name)), _value(name, new.get(name))
        if before != after:
            found.append(Differs("header", name, before, after))
    return found


def _value(name: str, value: str | None) -> str:
    """Of cookies the names alone: their values are each visitor's own."""
    if value is None:
        return "not sent"
    if name == "set-cookie":
        names = sorted(part.partition("=")[0].strip() for part in value.split("\n"))
        return "sets " + ", ".join(names)[:LONGEST]
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"


def _body(seen: Seen) -> str:
    size = f"over {seen.size}" if seen.cut else str(seen.size)
    return f"{size} bytes, SHA-256 {seen.sha256[:12]}"

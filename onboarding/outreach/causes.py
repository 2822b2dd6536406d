"""The likely cause of what was seen: a small table of patterns, the first that fits. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MOST = 0.5  # a part of the errors that speaks for where they arose


@dataclass(frozen=True)
class Facts:
    """What is known when something was found.

    `signals` in trouble; `errors` by where they arose (parts of 1); `old_path`: requests a second
    that the old path now gets, of `level` that the new one used to get; `busier`: requests now
    beside what is usual; `certificate` and `dns`: what a probe said that found them not as they
    should be, else empty.
    """

    signals: frozenset[str]
    errors: Mapping[str, float] = field(default_factory=dict)
    level: float = 0.0
    old_path: float = 0.0
    busier: float = 1.0
    certificate: str = ""
    dns: str = ""


@dataclass(frozen=True)
class Pattern:
    """A cause, and when it fits. `staff` is what a colleague reads; what the customer is told of it
    is in the phrases of each language."""

    key: str
    fits: Callable[[Facts], bool]
    staff: str


def _broken(facts: Facts) -> bool:
    return bool(facts.signals & {"errors", "traffic", "certificate"})


#: From the most telling to the least.
PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "certificate",
        lambda f: bool(f.certificate) and _broken(f),
        "a certificate is about to expire, or has: the probe of the checklist says so",
    ),
    Pattern(
        "shifted",
        lambda f: "traffic" in f.signals and f.level > 0 and f.old_path >= MOST * f.level,
        "the traffic goes the old way again: somebody has turned it back",
    ),
    Pattern(
        "dns",
        lambda f: bool(f.dns) and bool(f.signals & {"traffic", "dns", "errors"}),
        "the name points elsewhere than agreed: the probe of the checklist says so",
    ),
    Pattern(
        "time_outs",
        lambda f: "slow" in f.signals and "errors" in f.signals and _of(f, "origin") < MOST,
        "the origin is too slow, and part of the requests run out of time",
    ),
    Pattern(
        "unreachable",
        lambda f: "errors" in f.signals and _of(f, "unreachable") >= MOST,
        "the origin cannot be reached: it is down, or something before it refuses us",
    ),
    Pattern(
        "origin_errors",
        lambda f: "errors" in f.signals and _of(f, "origin") >= MOST,
        "the origin itself answers with errors (5xx)",
    ),
    Pattern(
        "edge",
        lambda f: "errors" in f.signals and _of(f, "edge") >= MOST,
        "the edge answers with errors by itself: look at our side first",
    ),
    Pattern(
        "slow_origin",
        lambda f: "slow" in f.signals,
        "the origin answers slowly",
    ),
    Pattern(
        "cache_busting",
        lambda f: "misses" in f.signals and f.busier >= 1.3,
        "more requests than usual go past the cache: changing addresses, a crawler or an attack",
    ),
    Pattern(
        "purged",
        lambda f: "misses" in f.signals,
        "the cache was emptied, or is no longer allowed to keep what it kept",
    ),
    Pattern(
        "gone",
        lambda f: "traffic" in f.signals,
        "hardly anything comes any more; where it goes cannot be seen from here",
    ),
)
UNKNOWN = Pattern("unknown", lambda _facts: True, "no known pattern fits; look at the figures")
STAFF = {one.key: one.staff for one in (*PATTERNS, UNKNOWN)}


def _of(facts: Facts, kind: str) -> float:
    return facts.errors.get(kind, 0.0)


def likely(facts: Facts) -> str:
    """The key of the first pattern that fits."""
    return next(one.key for one in (*PATTERNS, UNKNOWN) if one.fits(facts))

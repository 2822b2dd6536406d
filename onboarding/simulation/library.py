"""The faults a practice world can have. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FaultKind:
    """One fault: what a person reads, and what it does at strength 1 to the moved arm.

    `errors`, `slow`, `misses`: the chance that it spoils a request. `lost`: the part of an answer's
    bytes that never arrives. `strength` is what is taken where none is given: the part of the moved
    arm's requests that it reaches, above 0 and up to 1. `arises`: where its errors do (edge,
    unreachable, origin).
    """

    title: str
    strength: float = 1.0
    errors: float = 0.0
    slow: float = 0.0
    misses: float = 0.0
    lost: float = 0.0
    arises: str = "edge"


FAULTS: dict[str, FaultKind] = {
    "errors_5xx": FaultKind("The new path answers with errors (5xx)", 0.2, errors=1.0),
    "slow_origin": FaultKind("The origin is slow behind the new path", 0.6, slow=1.0),
    "origin_down": FaultKind(
        "The new path does not reach the origin", 1.0, errors=0.97, slow=0.5, arises="unreachable"
    ),
    "miss_storm": FaultKind(
        "The cache stops holding: a storm of misses", 0.8, slow=0.3, misses=1.0
    ),
    "certificate_expired": FaultKind("The new path's certificate has expired", 1.0, errors=0.85),
    "region_down": FaultKind("One region of the new path fails", 0.15, errors=1.0),
    # Beyond any factor that an operator may set for bytes: what is left are the headers.
    "truncated_answers": FaultKind(
        "The new path's answers are truncated (200, no body)", lost=0.995
    ),
    "metrics_gone": FaultKind("No counts arrive"),
    "switch_refuses": FaultKind("The switch refuses every change"),
    "wrong_direction": FaultKind("The switch is wired the wrong way round"),
}

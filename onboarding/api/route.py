"""One line of the table of what /api/ answers."""

from dataclasses import dataclass, field

from onboarding.api.schemas import Schema


@dataclass(frozen=True)
class Route:
    """`path` as Flask writes it. `token`: "person" (an API token of somebody who holds
    `permission`), "feed" (of one cutover's counts), or empty where anybody may ask. `answers` are
    schemas by status, `query` the parameters of the address with what they mean."""

    method: str
    path: str
    about: str
    token: str = ""
    permission: str = ""
    body: Schema | None = None
    answers: dict[int, Schema] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)

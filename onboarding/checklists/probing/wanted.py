"""The settings of each kind of probe, typed; names as in `onboarding.checklists.probe_kinds`.

`at`: `public` or `edge`. `path`: of a page, with its query.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class TtlAtMost:
    seconds: int


@dataclass(frozen=True)
class CnameTarget:
    target: str


@dataclass(frozen=True)
class CaaAllows:
    ca: str


@dataclass(frozen=True)
class At:
    at: str


@dataclass(frozen=True)
class DaysLeft:
    days: int
    at: str


@dataclass(frozen=True)
class Status:
    status: int
    path: str
    at: str


@dataclass(frozen=True)
class Redirects:
    to: str
    at_most: int
    path: str
    at: str


@dataclass(frozen=True)
class Header:
    name: str
    path: str
    at: str
    contains: str = ""


@dataclass(frozen=True)
class Tls:
    at_least: str
    at: str


@dataclass(frozen=True)
class Origin:
    origin: str
    status: int
    path: str


@dataclass(frozen=True)
class CacheHeader:
    header: str
    path: str
    at: str


@dataclass(frozen=True)
class Page:
    path: str
    at: str


@dataclass(frozen=True)
class Hsts:
    max_age: int
    path: str
    at: str

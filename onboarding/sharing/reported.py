"""What a customer's version of a cutover's report may show: exactly these fields, and nothing else.
Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from onboarding.clock import iso, parse


@dataclass(frozen=True)
class ReportedStep:
    """A step that was reached: percent on the new path, and when."""

    share: float
    at: datetime


@dataclass(frozen=True)
class ReportedTask:
    """Something that is still to be done, or was: what, until when. Whose it is, is not shown."""

    what: str
    due_at: datetime
    done: bool


@dataclass(frozen=True)
class CustomerReport:
    """The report of one cutover for its customer. `outcome`: finished, rolled_back, abandoned.
    Errors are percent of the requests on either path, None where none were counted."""

    title: str
    timezone: str
    practice: bool
    hostnames: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    began_at: datetime
    ended_at: datetime
    outcome: str
    highest: float
    requests: float | None
    errors_new: float | None
    errors_old: float | None
    steps: tuple[ReportedStep, ...]
    learnt: tuple[str, ...]
    tasks: tuple[ReportedTask, ...]


TIMES = ("starts_at", "ends_at", "began_at", "ended_at")


def document(report: CustomerReport) -> dict[str, Any]:
    """The report as JSON, as it is kept once it is shared."""
    found = asdict(report)
    for name in TIMES:
        found[name] = iso(found[name])
    found["steps"] = [{**step, "at": iso(step["at"])} for step in found["steps"]]
    found["tasks"] = [{**task, "due_at": iso(task["due_at"])} for task in found["tasks"]]
    return found


def from_document(said: Mapping[str, Any]) -> CustomerReport:
    """What `document` was given; whatever else is in it is left out."""
    values = {one.name: said[one.name] for one in fields(CustomerReport)}
    for name in TIMES:
        values[name] = parse(values[name])
    values["hostnames"], values["learnt"] = tuple(values["hostnames"]), tuple(values["learnt"])
    values["steps"] = tuple(ReportedStep(one["share"], parse(one["at"])) for one in values["steps"])
    values["tasks"] = tuple(
        ReportedTask(one["what"], parse(one["due_at"]), one["done"]) for one in values["tasks"]
    )
    return CustomerReport(**values)

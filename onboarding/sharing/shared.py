"""What a customer's page may show: exactly these fields, and nothing else. Pure."""

from dataclasses import dataclass
from datetime import datetime

#: What customers may see of who stands by, and how staff read that.
STANDBY = {
    "names": "first names with their teams",
    "teams": "the teams alone",
    "nobody": "nothing of it",
}
#: The states of the page in which traffic may move at any moment: its figures must be young.
LIVE = ("moving", "waiting", "holding", "adrift", "correcting", "step_back", "going_back")
#: Those in which it makes sense to ask for a hold.
HOLDABLE = ("planned", "moving", "waiting", "holding", "adrift", "correcting", "step_back")

PLAIN_STATES = {
    "idle": "planned",
    "holding": "moving",
    "advancing": "moving",
    "waiting_go": "waiting",
    "undecided": "holding",
    "held": "holding",
    "proposed": "holding",
    "drifted": "adrift",
    "stepping_back": "step_back",
    "restoring": "correcting",
    "unwinding": "going_back",
    "lowered": "going_back",
    "rolling_back": "going_back",
    "rolled_back": "back",
    "finished": "done",
    "abandoned": "stopped",
}
#: Every state that the page can be in.
PAGE_STATES = ("none", *dict.fromkeys(PLAIN_STATES.values()), "off")


@dataclass(frozen=True)
class SharedStep:
    """A step of the plan as the customer sees it. `at`: when it was planned for or, to come in a
    run, is to be expected. `state`: done, now, next or later; `asks`: a person says go before it."""

    share: float
    at: datetime
    state: str
    picked: str = ""  # what is moved whole
    asks: bool = False


@dataclass(frozen=True)
class SharedPerson:
    """Somebody who stands by: `name` is a first name, or "" where teams alone are shown."""

    name: str
    team: str
    role: str


@dataclass(frozen=True)
class SharedWindow:
    """Another cutover of the same turn-up that is booked."""

    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Pulse:
    """Whether what the page says can be believed. `driven`: a conductor looks after the ramp, or
    none needs to; `late_since`: when the oldest thing happened that the posts do not tell yet."""

    driven: bool = True
    late_since: datetime | None = None


@dataclass(frozen=True)
class SharedPage:
    """Everything that may appear on a customer's page.

    `state`: none (nothing booked), planned, moving, waiting, holding, adrift (the switch is not
    where we set it), correcting (it is being set right), step_back (some traffic goes back),
    going_back (all of it does), back, done, stopped, off. `share` is what was last read back from the switch; `read_at` when. `holds`: a
    hold that the customer asks for is carried out at once, and not only told.
    """

    customer: str
    turnup: str
    timezone: str
    hostnames: tuple[str, ...]
    title: str
    practice: bool
    state: str
    share: float
    target: float
    read_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    steps: tuple[SharedStep, ...]
    standing_by: tuple[SharedPerson, ...]
    coming: tuple[SharedWindow, ...]
    posts: tuple[tuple[datetime, str], ...]
    next_update_at: datetime | None
    holds: bool
    pulse: Pulse
    number: int

    @property
    def next_step(self) -> SharedStep | None:
        """The step that comes next, or None."""
        return next((step for step in self.steps if step.state == "next"), None)

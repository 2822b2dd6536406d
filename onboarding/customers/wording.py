"""What stages, levels of help and goals are called on pages."""

from onboarding.web.language import _, marked

STAGE_NAMES = {
    "signup": marked("Signup"),
    "config": marked("Configuration"),
    "forecast": marked("Forecast"),
    "test": marked("Test traffic"),
    "scheduled": marked("Scheduled"),
    "ramping": marked("Ramping"),
    "live": marked("Live"),
    "tuning": marked("Tuning"),
}
STAGE_MEANINGS = {
    "signup": marked("Say what you want to reach and which names move."),
    "config": marked("Make both sides ready: DNS, certificates, origin, cache."),
    "forecast": marked("Your traffic is forecast and held against our network."),
    "test": marked("Test traffic flows while the old path carries your users."),
    "scheduled": marked("A window, a plan of steps and people standing by."),
    "ramping": marked("Traffic moves, step by step, and can go back in seconds."),
    "live": marked("All planned traffic is on the new path, and watched."),
    "tuning": marked("Better hit ratio, more names, automated purging."),
}
LEVEL_NAMES = {
    "self_serve": (
        marked("Self-serve"),
        marked("You do it with the docs; we are there when you ask."),
    ),
    "guided": (
        marked("Guided"),
        marked("You do it, and somebody of ours goes through it with you."),
    ),
    "hands_on": (marked("Hands-on"), marked("We do what we can for you and show you the result.")),
}
GOAL_NAMES = {
    "offload": (marked("Offload"), marked("% of requests answered without your origin")),
    "latency": (marked("Latency"), marked("ms at the 95th percentile")),
    "launch_date": (marked("Launch date"), marked("a day")),
    "feature": (marked("Feature wanted"), marked("such as log streaming")),
    "traffic": (marked("Traffic shape"), marked("req/s at the busiest moment")),
}
TEAM_NAMES = {
    "customer": marked("Customer"),
    "account_manager": marked("Account manager"),
    "account_management": marked("Account management"),
    "support": marked("Support"),
    "ops": marked("Operations"),
    "neteng": marked("Network engineering"),
    "engineering": marked("Product engineering"),
}


def stage_name(stage: str) -> str:
    """The stage as people call it."""
    return _(STAGE_NAMES[stage])


def team_name(team: str) -> str:
    """A team, or the customer, as people call it; a team added later by its key."""
    return _(TEAM_NAMES.get(team, team.replace("_", " ").capitalize()))


def stage_meaning(stage: str) -> str:
    """What a stage is for, to the customer."""
    return _(STAGE_MEANINGS[stage])


def levels() -> list[tuple[str, str, str]]:
    """(key, name, meaning) of every level of help."""
    return [(key, _(name), _(meaning)) for key, (name, meaning) in LEVEL_NAMES.items()]


def goal_kinds() -> list[tuple[str, str, str]]:
    """(key, name, what its figure is) of every kind of goal."""
    return [(key, _(name), _(figure)) for key, (name, figure) in GOAL_NAMES.items()]

"""Who may do what: one table from role to permissions.

A permission is `<floor>.<verb>`. Every route names one (or is marked public), and `actions` that
people can reach from elsewhere check the same names.
"""

STAFF = frozenset(
    {
        "board.see",
        "people.see",
        "people.rotate",
        "people.tend",
        "customers.see",
        "checklists.see",
        "configs.see",
        "configs.agree",
        "comparisons.see",
        "comparisons.edit",
        "forecasts.see",
        "cutovers.see",
        "rosters.see",
        "readiness.see",
        "ramps.see",
        "posts.see",
        "profile.edit",
        "paging.see",
        "paging.answer",
        "paging.page",
        "rosters.answer",
        "checklists.tick",
        "readiness.vote",
        "ramps.hold",
        "ramps.rollback",
        "ramps.rehearse",
        "timeline.write",
        "rooms.see",
        "rooms.write",
        "rooms.keep",
        "reports.see",
        "tickets.see",
        "tickets.answer",
        "knowledge.see",
        "knowledge.write",
        "outreach.see",
        "reports.write",
    }
)
PLAN = frozenset(
    {
        "customers.edit",
        "checklists.edit",
        "configs.edit",
        "forecasts.upload",
        "forecasts.run",
        "cutovers.plan",
        "ramps.replan",
        "rosters.solve",
        "sharing.edit",
        "reports.share",
        "posts.write",
        "rooms.bridge",
        "posts.word",
        "stages.move",
        "tickets.own",
        "outreach.send",
        "outreach.edit",
    }
)
DRIVE = frozenset(
    {
        "ramps.flip",
        "ramps.replan",
        "cutovers.wire",
        "readiness.prove",
        "readiness.overrule",
        "rooms.bridge",
    }
)
CAPACITY = frozenset({"forecasts.sign", "capacity.edit"})

ROLES: dict[str, frozenset[str]] = {
    "account_manager": STAFF | PLAN | {"ramps.flip", "readiness.overrule"},
    "support": STAFF | PLAN | {"ships.edit", "ships.ready", "mail.see"},
    "ops": STAFF
    | DRIVE
    | CAPACITY
    | {"configs.edit", "forecasts.upload", "forecasts.run", "ramps.stop"},
    "neteng": STAFF | DRIVE | CAPACITY | {"configs.edit", "forecasts.upload", "forecasts.run"},
    "engineering": STAFF | {"ships.edit"},
    "admin": STAFF
    | PLAN
    | DRIVE
    | CAPACITY
    | {
        "ships.edit",
        "ships.ready",
        "people.edit",
        "cutovers.overrule",
        "ramps.stop",
        "settings.edit",
        "mail.see",
    },
    "customer": frozenset(
        {
            "workspace.see",
            "workspace.edit",
            "workspace.tick",
            "workspace.upload",
            "profile.edit",
            "workspace.talk",
            "workspace.ask",
        }
    ),
}

PERMISSIONS: frozenset[str] = frozenset().union(*ROLES.values())


def may(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`. A name that is nowhere in the table is a KeyError."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return permission in ROLES.get(role, frozenset())

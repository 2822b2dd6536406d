"""The main navigation: one table of (permission, address, name, group)."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from onboarding.web.language import _, marked

#: What is in a group is a step further away, behind the group's name; the rest is always in sight.
NAVIGATION = (
    ("board.see", "/", "Board", ""),
    ("workspace.see", "/workspace", marked("Your turn-up"), ""),
    ("cutovers.see", "/cutovers", "Cutovers", ""),
    ("tickets.see", "/tickets", "Tickets", ""),
    ("workspace.ask", "/questions", marked("Questions"), ""),
    ("rooms.see", "/rooms", "Rooms", ""),
    ("workspace.talk", "/rooms", marked("Rooms"), ""),
    ("knowledge.see", "/knowledge", "Knowledge", "Support"),
    ("workspace.see", "/knowledge", marked("Knowledge"), ""),
    ("outreach.see", "/outreach", "Outreach", "Support"),
    ("mail.see", "/mail", "Mail", "Support"),
    ("rosters.answer", "/standby", "Standby", "Duty"),
    ("paging.see", "/pages", "Pages", "Duty"),
    ("people.see", "/people", "People", "Duty"),
    ("forecasts.see", "/capacity", "Capacity", "Manage"),
    ("reports.see", "/reports", "Reports", "Manage"),
    ("settings.edit", "/brand", "Brand", "Manage"),
)


@dataclass(frozen=True)
class Entry:
    """A page of the navigation, its name in the language of the page that shows it."""

    href: str
    name: str

    def holds(self, path: str) -> bool:
        """Whether the page at `path` is this one or below it."""
        return path == self.href or (self.href != "/" and path.startswith(self.href))


@dataclass(frozen=True)
class Group:
    """Entries behind one name; what is always in sight is alone in a group without one."""

    name: str
    entries: tuple[Entry, ...]

    def holds(self, path: str) -> bool:
        """Whether the page at `path` is one of these or below one."""
        return any(one.holds(path) for one in self.entries)


def navigation(can: Callable[[str], bool]) -> list[Group]:
    """What whoever `can` may open; nobody unfolds a group for one page alone."""
    found: list[Group] = []
    for permission, href, name, group in NAVIGATION:
        if not can(permission):
            continue
        entry = Entry(href, _(name))
        if group and found and found[-1].name == group:
            found[-1] = Group(group, (*found[-1].entries, entry))
        else:
            found.append(Group(group, (entry,)))
    return [one if len(one.entries) > 1 else Group("", one.entries) for one in found]


def init_navigation(app: Flask) -> None:
    """Give templates `navigation(can)`."""
    app.jinja_env.globals["navigation"] = navigation

"""The main navigation: one table of (permission, address, name)."""

from flask import Flask

from onboarding.web.language import _, marked

NAVIGATION = (
    ("board.see", "/", "Board"),
    ("workspace.see", "/workspace", marked("Your turn-up")),
    ("cutovers.see", "/cutovers", "Cutovers"),
    ("tickets.see", "/tickets", "Tickets"),
    ("workspace.ask", "/questions", marked("Questions")),
    ("rooms.see", "/rooms", "Rooms"),
    ("outreach.see", "/outreach", "Outreach"),
    ("workspace.talk", "/rooms", marked("Rooms")),
    ("knowledge.see", "/knowledge", "Knowledge"),
    ("workspace.see", "/knowledge", marked("Knowledge")),
    ("rosters.answer", "/standby", "Standby"),
    ("paging.see", "/pages", "Pages"),
    ("mail.see", "/mail", "Mail"),
    ("forecasts.see", "/capacity", "Capacity"),
    ("reports.see", "/reports", "Reports"),
    ("people.see", "/people", "People"),
    ("settings.edit", "/brand", "Brand"),
)


def navigation() -> list[tuple[str, str, str]]:
    """The table with its names in the language of the page."""
    return [(permission, href, _(name)) for permission, href, name in NAVIGATION]


def init_navigation(app: Flask) -> None:
    """Give templates `navigation()`."""
    app.jinja_env.globals["navigation"] = navigation

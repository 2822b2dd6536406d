"""Every message that can be on a customer's page, as the templates and the code mark them."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from jinja2 import Environment, FileSystemLoader, meta

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PAGES = (
    "sharing/page.html",
    "sharing/locked.html",
    "sharing/follow.html",
    "sharing/refused.html",
    "sharing/report.html",
    "outreach/answer.html",
    "outreach/_own.html",  # on the workspace, in its person's language
    "knowledge/_suggested.html",  # fetched as a question is typed
    *(f"tickets/{name}.html" for name in ("ask", "question", "questions")),
    *(f"knowledge/{name}.html" for name in ("article", "index")),
    "board/workspace.html",
    "board/_own_room.html",
    "board/signup.html",
    "people/login.html",
    "cutovers/wishes.html",
    "configs/config.html",
    "configs/_form.html",
    *(f"comparisons/{name}.html" for name in ("comparison", "_ask_form", "_accept_form")),
    "bridges/chats.html",
    *(f"posts/{name}.html" for name in ("public", "subscriptions", "subscription")),
    *(f"forecasts/{name}.html" for name in ("traffic", "refused", "intake", "history")),
    "tickets/score.html",
    "tickets/followed.html",
    *(f"web/{name}.html" for name in ("again", "problem")),
    *(f"rooms/{name}.html" for name in ("index", "room")),
    *(f"customers/{name}.html" for name in ("confirm", "join")),
    *(f"checklists/{name}.html" for name in ("facts", "guide", "item")),
    *(f"checklists/_{name}_form.html" for name in ("tick", "stuck", "say")),  # named by a variable
)
CODE = (
    *(ROOT / "onboarding" / "sharing").glob("*.py"),
    *(ROOT / "onboarding" / "checklists" / "probing").glob("*.py"),
    *(
        ROOT / "onboarding" / "web" / f"{name}.py"
        for name in ("times", "forms", "problems", "navigation")
    ),
    ROOT / "onboarding" / "customers" / "wording.py",
    ROOT / "onboarding" / "checklists" / "wording.py",
    *(
        ROOT / "onboarding" / f"{name}.py"  # what is refused on the page by floors below it
        for name in (
            "checklists/actions",
            "checklists/attached",
            "checklists/given",
            "checklists/holding",
            "checklists/letters",
            "checklists/progress",
            "checklists/queries",
            "checklists/remarks",
            "board/workspace",
            "comparisons/answers",
            "comparisons/views",
            "configs/views",
            "configs/queries",
            "customers/actions",
            "customers/confirming",
            "customers/hostnames",
            "customers/inviting",
            "customers/letters",
            "customers/queries",
            "customers/team_views",
            "customers/views",
            "cutovers/wish_views",
            "cutovers/wishes",
            "people/access",
            "people/actions",
            "people/places",
            "nudges/actions",
            "nudges/asking",
            "nudges/risk_actions",
            "outreach/actions",
            "outreach/links",
            "posts/quiet",
            "posts/reach",
            "posts/subscribing",
            "readiness/demanding",
            "rooms/actions",
            "rooms/queries",
            "rooms/views",
            "rooms/words",
            "forecasts/assumptions",
            "forecasts/events",
            "forecasts/histories",
            "forecasts/history_views",
            "forecasts/hours",
            "forecasts/intake/choice",
            "forecasts/intake/declared",
            "forecasts/intake/doubts",
            "forecasts/intake/guess",
            "forecasts/intake/logs",
            "forecasts/intake/moments",
            "forecasts/intake/prometheus",
            "forecasts/intake/reading",
            "forecasts/intake/rows",
            "forecasts/intake_jobs",
            "forecasts/intake_views",
            "forecasts/lines",
            "forecasts/receiving",
            "forecasts/tables",
            "forecasts/views",
            "knowledge/areas",
            "tickets/followers",
            "tickets/reading",
            "tickets/score_views",
            "tickets/forms",
            "tickets/own_views",
            "tickets/texts",
            "addresses",
            "zones",
        )
    ),
)
KEYWORDS = {"_": None, "marked": None, "ngettext": (1, 2)}
Message = str | tuple[str, ...]


def templates() -> set[str]:
    """The templates of the pages, and all that they include or import."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"])
    found: set[str] = set()
    left = list(PAGES)
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        text = (TEMPLATES / name).read_text()
        named = meta.find_referenced_templates(environment.parse(text))
        left += [one for one in named if one is not None]
    return found


def messages() -> Iterator[Message]:
    """The messages in English; (one, many) where there is a plural."""
    for name in sorted(templates()):
        yield from _of(TEMPLATES / name, "jinja2.ext:babel_extract")
    for path in CODE:
        if path.name != "wording.py":
            yield from _of(path, "python")
        else:
            yield from _of(path, "python", {"marked": None})


def _of(
    path: Path, method: str, keywords: dict[str, tuple[int, ...] | None] | None = None
) -> Iterator[Message]:
    options = {"silent": "false"}
    for _line, found, _comments, _context in extract(
        method, BytesIO(path.read_bytes()), keywords or KEYWORDS, options=options
    ):
        yield found

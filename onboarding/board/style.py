"""/style: every component of the design system in every state, for whoever makes pages."""

import re

from flask import Blueprint, render_template

from onboarding.config import ROOT
from onboarding.customers.stages import STAGES
from onboarding.errors import BadInput
from onboarding.people.access import requires

style = Blueprint("style", __name__)
TOKENS = ("ok", "warn", "bad", "calm", "quiet", "line")
#: (look of a state, icon, word)
STATES = (
    ("ok", "circle-check", "holding"),
    ("warn", "hourglass", "waiting"),
    ("bad", "alert-triangle", "rolled back"),
    ("quiet", "circle", "not begun"),
)
#: (classes of a button, word)
BUTTONS = (
    ("btn-primary", "The next action"),
    ("", "Another action"),
    ("btn-success", "Go"),
    ("btn-danger", "Roll back now"),
    ("btn-outline-danger", "No-go"),
    ("btn-outline-primary", "Adopt"),
    ("btn-ghost-secondary", "Quiet"),
)


@style.get("/style")
@requires("board.see")
def page() -> str:
    """Nothing on it does anything; what is refused is refused for show."""
    sprite = ROOT / "static" / "vendor" / "icons.svg"
    return render_template(
        "board/style.html",
        tokens=TOKENS,
        states=STATES,
        buttons=BUTTONS,
        stages=STAGES,
        icons=re.findall(r'<symbol id="([^"]+)"', sprite.read_text(encoding="utf-8")),
        problem=BadInput("this is no share", place="share", hint="from 0 to 100"),
        values={"share": "120", "name": "www.acme.example", "unit": "minutes"},
    )

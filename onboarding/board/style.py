"""/style: every component of the design system in every state, for whoever makes pages."""

import re
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, render_template

from onboarding import clock
from onboarding.brands.queries import Look
from onboarding.config import ROOT
from onboarding.customers.stages import STAGES
from onboarding.errors import BadInput
from onboarding.people.access import requires
from onboarding.sharing.shared import (
    LIVE,
    PAGE_STATES,
    Pulse,
    SharedPage,
    SharedPerson,
    SharedStep,
    SharedWindow,
)

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


@style.get("/style/shared")
@requires("board.see")
def shared() -> str:
    """The same of the customer's page, which loads no kit and has its own styles."""
    return render_template(
        "board/style_shared.html",
        pages=[replace(_example(), state=state) for state in PAGE_STATES],
        live=LIVE,
        look=Look(),
        language="en",
        token="",
        key="",
        form="hold",
        problem=BadInput("this is too long", place="words", hint="at most 500 characters"),
        values={"words": "Checkout fails"},
    )


def _example() -> SharedPage:
    now = clock.now()
    steps = (("done", 5.0), ("now", 25.0), ("next", 50.0), ("later", 100.0))
    at = {state: now + timedelta(minutes=20 * n - 20) for n, (state, _share) in enumerate(steps)}
    return SharedPage(
        customer="Acme Shoes",
        turnup="Website",
        timezone="Europe/Berlin",
        hostnames=("www.acme.example", "shop.acme.example"),
        title="Acme moves",
        practice=True,
        state="moving",
        share=25.0,
        target=25.0,
        read_at=now,
        starts_at=now - timedelta(minutes=30),
        ends_at=now + timedelta(hours=2),
        steps=tuple(SharedStep(share, at[state], state) for state, share in steps),
        standing_by=(SharedPerson("Omar", "Operations", "primary"),),
        coming=(SharedWindow("The shop follows", now, now + timedelta(hours=1)),),
        posts=((now, "25 % of your traffic is on the new path."),),
        next_update_at=now + timedelta(minutes=30),
        holds=True,
        pulse=Pulse(driven=False, late_since=now),
        number=0,
    )

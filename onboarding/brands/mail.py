"""The vendor's band at the top of an HTML mail to a customer."""

from html import escape

from onboarding.brands.colours import on
from onboarding.brands.queries import Look
from onboarding.config import settings

PLAIN = "#1f2328"  # where no colour was chosen


def band(look: Look) -> str:
    """The band, its colours in the element: mail readers drop style sheets. "" for no brand."""
    if not (look.name or look.logo):
        return ""
    background = look.colour or PLAIN
    style = f"background:{background};color:{on(background)};padding:10px 16px;font-weight:bold"
    shown = escape(look.name)
    if look.logo:
        address = f"{settings().public_url}/brand/{look.logo}.png"
        shown = f'<img src="{escape(address)}" alt="{shown}" height="40">'
    return f'<p style="{style}">{shown}</p>'

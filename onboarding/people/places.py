"""Countries and their regions whose public holidays are known, as people enter them."""

import json
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

from babel import Locale

from onboarding.errors import BadInput, marked

CALENDARS = Path(__file__).with_name("calendars.json")


@cache
def calendars() -> dict[str, list[str]]:
    """The regions of each country that `holidays` knows, by ISO 3166 code; the file spares the web
    process the library, a test holds the two together."""
    found: dict[str, list[str]] = json.loads(CALENDARS.read_text("utf-8"))
    return found


@cache
def countries(language: str = "en") -> tuple[tuple[str, str], ...]:
    """Code and name in `language` of each country with known holidays, by name; letters with marks
    stand beside those without ("Österreich" beside "Oman")."""
    named = Locale(language).territories
    found = ((key, str(named.get(key, key))) for key in calendars())
    return tuple(sorted(found, key=lambda one: _bare(one[1])))


def _bare(name: str) -> str:
    return "".join(sign for sign in normalize("NFKD", name) if not combining(sign))


def place(country: str, subdivision: str = "") -> tuple[str, str]:
    """Both codes as they are kept (`("DE", "BY")`; nothing where no country is given).

    Raises BadInput at `country` or `subdivision`.
    """
    country, subdivision = country.strip().upper(), subdivision.strip()
    if not country:
        if subdivision:
            raise BadInput(
                marked("a region needs its country"), place="country", hint=marked("choose one")
            )
        return "", ""
    if country not in calendars():
        hint = marked("two letters, like DE; leave it empty where holidays do not matter")
        raise BadInput(
            marked("{country} is not a country we know", country=repr(country)),
            place="country",
            hint=hint,
        )
    known = {code.upper(): code for code in calendars()[country]}
    if subdivision and subdivision.upper() not in known:
        some = ", ".join(sorted(known.values())) or "none: leave it empty"
        hint = marked("regions of {country}: {some}", country=country, some=some)
        raise BadInput(
            marked(
                "{subdivision} is no region of {country}",
                subdivision=repr(subdivision),
                country=country,
            ),
            place="subdivision",
            hint=hint,
        )
    return country, known.get(subdivision.upper(), "")

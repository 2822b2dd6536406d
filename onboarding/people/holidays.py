"""Public holidays, of a country or of a region of it. For workers: `holidays` is too heavy for the
web process, which checks what people enter by `places` alone."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays import country_holidays


def holiday(country: str, subdivision: str, day: date) -> str | None:
    """The name, in English where the library has it, of the public holiday that `day` is in this
    place (ISO 3166 codes, as `places.place` lets through); None on other days.

    No country has none; a region that the library no longer knows keeps its country's.
    """
    if not country:
        return None
    try:
        return _year(country, subdivision, day.year).get(day)
    except NotImplementedError:  # of the library: no such country, or no such region of it
        return holiday(country if subdivision else "", "", day)


@lru_cache(maxsize=2000)
def _year(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    found = country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    return dict(found)

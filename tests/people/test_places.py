"""Public holidays of people's countries: what the web lets in, the library knows."""

from datetime import date

import holidays
import pytest

from onboarding.errors import BadInput
from onboarding.people.holidays import holiday
from onboarding.people.places import calendars, countries, place


def test_the_file_for_the_web_is_what_the_library_knows() -> None:
    known = holidays.list_supported_countries(include_aliases=False)
    assert calendars() == {country: sorted(regions) for country, regions in known.items()}
    assert ("GB", "United Kingdom") in countries()


@pytest.mark.parametrize(
    ("language", "neighbours"),
    [
        ("de", ["Afghanistan", "Ägypten", "Ålandinseln", "Albanien"]),
        ("fr", ["Égypte", "Émirats arabes unis", "Équateur", "Érythrée", "Espagne"]),
        ("es", ["Afganistán", "Albania", "Alemania"]),
        ("ja", ["アイスランド", "アイルランド", "アゼルバイジャン"]),
    ],
)
def test_countries_are_named_and_ordered_as_a_language_does(
    language: str, neighbours: list[str]
) -> None:
    names = [name for _key, name in countries(language)]
    at = names.index(neighbours[0])
    assert names[at : at + len(neighbours)] == neighbours
    assert {key for key, _name in countries(language)} == set(calendars())


def test_days_of_a_country_and_of_a_region_of_it() -> None:
    assert holiday("DE", "", date(2026, 10, 3)) == "German Unity Day"
    assert holiday("DE", "", date(2026, 1, 6)) is None
    assert holiday("DE", "BY", date(2026, 1, 6)) == "Epiphany"
    assert holiday("GB", "SCT", date(2026, 11, 30))
    assert holiday("", "", date(2026, 12, 25)) is None
    assert holiday("DE", "gone", date(2026, 10, 3)) == "German Unity Day"
    assert holiday("XX", "gone", date(2026, 10, 3)) is None


def test_codes_are_taken_as_people_write_them_or_refused_at_their_field() -> None:
    assert place(" de ", "by") == ("DE", "BY")
    assert place("DE", "augsburg") == ("DE", "Augsburg")
    assert place("", "") == ("", "")
    for given, field in (
        (("Germany",), "country"),
        (("", "BY"), "country"),
        (("DE", "TX"), "subdivision"),
    ):
        with pytest.raises(BadInput) as refused:
            place(*given)
        assert refused.value.place == field
        assert refused.value.hint

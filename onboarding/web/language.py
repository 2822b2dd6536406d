"""Words for translation: `_()` marks them, in Python and in templates."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import NullTranslations
from io import BytesIO

from babel.support import Translations
from flask import Flask, g, has_app_context, request

from onboarding.config import ROOT
from onboarding.errors import Figure, Marked
from onboarding.errors import marked as marked

#: The languages there are, by code, each in its own words.
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ja": "日本語",
}
NUMBER = re.compile(r"\d+")
CATALOGUES = ROOT / "onboarding" / "translations"


def language() -> str:
    """The code of the language of the page being made; pages of staff are English."""
    return str(g.get("language", "en")) if has_app_context() else "en"


@contextmanager
def speaking(code: str) -> Iterator[str]:
    """While it lasts, words are those of `code`: for a part of a page in its reader's language."""
    before = language()
    g.language = code
    try:
        yield code
    finally:
        g.language = before


def first_known(*codes: str) -> str:
    """The first of `codes` that is one of `LANGUAGES`, regions aside ("de-AT" is "de"); or ""."""
    bare = (code.lower().partition("-")[0].partition("_")[0] for code in codes)
    return next((code for code in bare if code in LANGUAGES), "")


def speak(*codes: str) -> None:
    """The page speaks the first of `codes` that is one of `LANGUAGES`, else the browser's."""
    g.language = first_known(*codes) or of_browser()


def of_browser() -> str:
    """The language that the browser asks for, as far as it is there; else English."""
    wanted = request.accept_languages.values()
    return first_known(*wanted) or "en"


@cache
def _catalogue(code: str, folder: str = "") -> NullTranslations:
    """The words of a language, read from its `.po` file the first time that it is spoken."""
    path = CATALOGUES / folder / f"{code}.po"
    if code == "en" or not path.exists():
        return NullTranslations()
    # only where one is spoken: the web process starts without the parts that read catalogues
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)


def _(text: str) -> str:
    """`text` in the language of the page being made; English where it has no translation."""
    return _catalogue(language()).gettext(text)


def spoken(text: str) -> str:
    """`text`, which is `marked` where it was written down, in the language of the page; its one
    number may be anything: it is marked with `{n}` for it."""
    if isinstance(text, Marked):
        said = _(text.text)
        return said.format(**_spoken_values(text)) if text.values else said
    said, numbers = _(text), NUMBER.findall(text)
    if said != text or len(numbers) != 1:
        return said
    return _(NUMBER.sub("{n}", text)).replace("{n}", numbers[0])


def _spoken_values(text: Marked) -> dict[str, object]:
    """Its values, those that are marked themselves in the language of the page."""
    return {name: _spoken_value(one) for name, one in text.values.items()}


def _spoken_value(value: object) -> object:
    if isinstance(value, Marked):
        return worded(value)
    if not isinstance(value, Figure) or language() == "en":
        return value
    # as above: only where a language is spoken that needs it
    from onboarding.web.spoken import decimal  # noqa: PLC0415

    return decimal(round(value) if value >= 10 else float(str(value)), language(), 9)


def shipped(text: str) -> tuple[str, str]:
    """A text of a checklist as the page shows it, and the language that it is then in: the page's
    where the text is as it was shipped, else English, or whatever the operator wrote it in."""
    known = _catalogue(language(), "checklists").gettext(text)
    return known, language() if known != text else "en"


def worded(text: str) -> str:
    """A text of a checklist, or one of ours that is `marked`, as far as the language has it."""
    known, code = shipped(text)
    return known if code == language() else spoken(text)


def _plural(one: str, many: str, number: int) -> str:
    return _catalogue(language()).ngettext(one, many, number)


def init_language(app: Flask) -> None:
    """Give templates `_()` and `ngettext()`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_, _plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["spoken"], app.jinja_env.globals["speaks"] = spoken, language
    app.jinja_env.globals["shipped"] = shipped

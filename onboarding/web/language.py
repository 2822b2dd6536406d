"""Words for translation: `_()` marks them, in Python and in templates."""

from functools import cache
from gettext import NullTranslations

from babel.support import Translations
from flask import Flask, g, has_request_context

from onboarding.config import ROOT

LANGUAGES = ("en",)


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(ROOT / "onboarding" / "translations"), [language])


def _(text: str) -> str:
    """`text` in the language of the page being made; English where it has no translation."""
    return _catalogue(g.get("language", "en") if has_request_context() else "en").gettext(text)


def _plural(one: str, many: str, number: int) -> str:
    language = g.get("language", "en") if has_request_context() else "en"
    return _catalogue(language).ngettext(one, many, number)


def init_language(app: Flask) -> None:
    """Give templates `_()` and `ngettext()`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_, _plural, newstyle=True)  # type: ignore[attr-defined]

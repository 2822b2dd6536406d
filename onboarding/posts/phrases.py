"""The texts of posts as they are shipped: one file for each language in `phrases/`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from onboarding.posts.fields import LANGUAGES

FOLDER = Path(__file__).parent / "phrases"


@cache
def phrases(language: str) -> Mapping[str, Mapping[str, str]]:
    """Audience (or `words`) → key → text. A language that is not there is English."""
    known = language if language in LANGUAGES else "en"
    text = (FOLDER / f"{known}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(key: str, language: str, **fields: object) -> str:
    """A phrase around posts, such as what ends the subscription."""
    return phrases(language)["words"][key].format_map(fields)

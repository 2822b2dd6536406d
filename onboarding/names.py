"""Names of one line, as people give them. Pure."""

import unicodedata

#: Unicode categories that never show: control codes, formats such as overrides of the direction of
#: text, halves of surrogate pairs.
HIDDEN = ("Cc", "Cf", "Cs")
#: Formats that writing needs: joiners of emoji and of Persian and Indic scripts.
NEEDED = "\u200c\u200d"


def one_line(text: str) -> str:
    """`text` on one line, without what does not show and could deceive on a page or in a mail."""
    shown = (
        sign if sign in NEEDED or unicodedata.category(sign) not in HIDDEN else _gap(sign)
        for sign in text
    )
    return " ".join("".join(shown).split())


def _gap(sign: str) -> str:
    return " " if unicodedata.category(sign) == "Cc" else ""

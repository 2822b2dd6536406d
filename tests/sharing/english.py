"""What of a page in another language is still English."""

import re
from html.parser import HTMLParser

COUNTRIES = {"Isle of Man"}
OURS = re.compile(r"\b(the|your|you|is|are|of|not|from|until|this|and|with|no)\b", re.IGNORECASE)


class Words(HTMLParser):
    """The texts of a page that are in the page's language: none that says it is in another, such
    as what somebody wrote, no code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._apart: list[str] = []

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = dict(given)
        void = {"input", "meta", "link", "br", "use", "img", "hr"}
        if tag not in void and (self._apart or self._is_apart(tag, attributes)):
            self._apart.append(tag)
        if not self._apart:
            names = ("aria-label", "placeholder", "data-confirm", "data-opened", "title")
            self.found += [said for name in names if (said := attributes.get(name))]

    def _is_apart(self, tag: str, attributes: dict[str, str | None]) -> bool:
        return (
            tag in ("script", "style", "code", "pre", "bdi", "textarea")
            or (tag != "html" and "lang" in attributes)
            or "room-text" in (attributes.get("class") or "")
        )

    def handle_endtag(self, tag: str) -> None:
        if self._apart and self._apart[-1] == tag:
            self._apart.pop()

    def handle_data(self, data: str) -> None:
        if not self._apart and data.strip():
            self.found.append(re.sub(r"`[^`]*`", "", " ".join(data.split())))


def english(page: str) -> list[str]:
    reader = Words()
    reader.feed(page)
    spanish = '<html lang="es"' in page  # "no" is a word of it
    said = {
        one: re.sub(r"\bno\b", "", one, flags=re.IGNORECASE) if spanish else one
        for one in reader.found
    }
    return [one for one, words in said.items() if OURS.search(words) and one not in COUNTRIES]

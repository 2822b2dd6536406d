"""The text of a mail that was written as a page. Pure."""

from html.parser import HTMLParser

import nh3

MOST = 256 * 1024  # characters that are looked at


def plain(page: str) -> str:
    """The text of a page, with its line breaks; what is quoted in it begins with `>`."""
    well_formed = nh3.clean(
        page[:MOST],
        tags={"blockquote", *_Plain.BREAKS},
        clean_content_tags={"style", "script", "title"},
        attributes={},
        link_rel=None,
    )
    parser = _Plain()
    parser.feed(well_formed)  # of any other page its time grows with the square
    parser.close()
    return "".join(parser.out)


class _Plain(HTMLParser):
    BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "blockquote":
            self.out.append("\n> \n")
        elif tag in self.BREAKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        self.out.append(data)

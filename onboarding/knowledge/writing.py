"""Markdown as HTML that is safe to show."""

from markupsafe import Markup

TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a", "ul", "ol", "li"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = {"http", "https", "mailto"}


def rendered(markdown: str) -> Markup:
    """The HTML of an article: what is typed as HTML is shown as text, pictures as their words, and
    the headings begin below the title's."""
    # Only where an article is read: together they weigh as much as half of the web framework.
    from markdown_it import MarkdownIt  # noqa: PLC0415
    from nh3 import clean  # noqa: PLC0415

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.disable("image")
    tokens = reader.parse(markdown)
    for one in tokens:
        if one.type in ("heading_open", "heading_close"):
            one.tag = f"h{min(int(one.tag[1]) + 1, 6)}"
    made = reader.renderer.render(tokens, reader.options, {})
    attributes = {"a": {"href", "title"}}
    rel = "noopener noreferrer nofollow"
    safe = clean(made, tags=TAGS, attributes=attributes, url_schemes=SCHEMES, link_rel=rel)
    return Markup(safe)  # noqa: S704 - cleaned the line before

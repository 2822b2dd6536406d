"""The names of the channels there are, without what carries letters: pages list them too."""

from importlib.metadata import entry_points

#: Channels that the gateway carries over a connection that stays: no worker has them.
BY_GATEWAY = ("irc",)
#: A channel of IRC that letters may go to (RFC 2812, 1.3).
IRC_CHANNEL = r"#[^\s,:\x00-\x1f\x7f]{1,49}"
#: Those of `registry.CHANNELS`.
OURS = ("console", "email", "mattermost", "pager", "slack", "webhook")


def names() -> list[str]:
    """Every name, outsiders' (entry points `turnup.channels`) too."""
    return sorted({*OURS, *(one.name for one in entry_points(group="turnup.channels"))})

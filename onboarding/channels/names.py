"""The names of the channels there are, without what carries letters: pages list them too."""

from importlib.metadata import entry_points

#: Those of `registry.CHANNELS`.
OURS = ("console", "email", "mattermost", "pager", "slack", "webhook")


def names() -> list[str]:
    """Every name, outsiders' (entry points `turnup.channels`) too."""
    return sorted({*OURS, *(one.name for one in entry_points(group="turnup.channels"))})

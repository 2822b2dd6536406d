"""The one table of channels. Outsiders enter through the entry points `turnup.channels`."""

from collections.abc import Callable
from importlib.metadata import entry_points

from onboarding.channels.base import Channel
from onboarding.channels.console import ConsoleChannel
from onboarding.channels.email import EmailChannel
from onboarding.channels.mattermost import Mattermost
from onboarding.channels.pager import PagerChannel
from onboarding.channels.slack import Slack
from onboarding.channels.webhook import WebhookChannel
from onboarding.config import Settings
from onboarding.errors import PermanentFault


def _mail(settings: Settings) -> Channel:
    if not settings.smtp_url:
        return ConsoleChannel()
    return EmailChannel(settings.smtp_url, settings.mail_from)


CHANNELS: dict[str, Callable[[Settings], Channel]] = {
    "console": lambda settings: ConsoleChannel(),
    "email": _mail,
    "mattermost": lambda settings: Mattermost(settings.mattermost_url, settings.mattermost_team),
    "pager": lambda settings: PagerChannel(settings.pager_url, settings.public_url),
    "slack": lambda settings: Slack(settings.slack_url),
    "webhook": lambda settings: WebhookChannel(settings.key("secret")),
}


def channel(kind: str, settings: Settings) -> Channel:
    """The channel called `kind`. Raises PermanentFault where there is none of that name."""
    make = CHANNELS.get(kind)
    if make is None:
        found = [e for e in entry_points(group="turnup.channels") if e.name == kind]
        if not found:
            raise PermanentFault(f"there is no channel {kind!r}", hint=f"one of {sorted(CHANNELS)}")
        make = found[0].load()
    return make(settings)

"""`turnup gateway`: the connections between rooms and chats."""

import click

from onboarding import gateway as gateways
from onboarding.cli.app import core


@click.command()
def gateway() -> None:
    """Bridge rooms to IRC, Slack, Mattermost and webhooks. Run two: one is active, one stands by."""
    with core() as app:
        gateways.run(app)

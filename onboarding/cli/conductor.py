"""`turnup conductor`: drive the cutovers that are running."""

import click

from onboarding import conductor as conductors
from onboarding.cli.app import core
from onboarding.readiness.evidence import ready


@click.command()
def conductor() -> None:
    """Drive running cutovers: metrics, guards, steps, holds, roll-backs. Run as many as you like."""
    with core() as app:
        conductors.run(app, ready)

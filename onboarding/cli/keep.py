"""`turnup keep`: one part of Turnup, started again when it dies.

Apart from `turnup up`, so that the four that stand over the parts load none of the product."""

import subprocess
import sys
import time

import click

from onboarding.errors import Refused

QUICK_S, PATIENCE = 5.0, 5


@click.command(hidden=True, context_settings={"ignore_unknown_options": True})
@click.argument("part", nargs=-1, type=click.UNPROCESSED)
def keep(part: tuple[str, ...]) -> None:
    """Run one part of Turnup and start it again when it dies; give up when it dies at once."""
    died_quickly = 0
    while died_quickly < PATIENCE:
        started = time.monotonic()
        command = [sys.executable, "-m", "onboarding.cli.main", *part]
        code = subprocess.call(command)  # noqa: S603  our own parts
        if code == 0:
            return
        quick = time.monotonic() - started < QUICK_S
        died_quickly = died_quickly + 1 if quick else 0
        click.echo(f"turnup {part[0]} ended with {code}; starting it again", err=True)
        time.sleep(0.5)
    raise Refused(f"turnup {part[0]} does not stay up", hint="see its messages above")

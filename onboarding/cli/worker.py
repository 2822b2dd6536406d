"""`turnup worker`: do background work. Imports what is heavy: numpy, OR-Tools."""

import click

from onboarding.queues import QUEUES
from onboarding.worker import run


@click.command()
@click.argument("queues", nargs=-1, type=click.Choice(QUEUES))
@click.option("--burst", is_flag=True, help="Stop when nothing waits.")
@click.option("--no-periodic", is_flag=True, help="Leave periodic work to other workers.")
def worker(queues: tuple[str, ...], burst: bool, no_periodic: bool) -> None:
    """Do background work: deliveries, forecasts, rosters, periodic sweeps."""
    run(queues or QUEUES, periodic=not (no_periodic or burst), burst=burst)

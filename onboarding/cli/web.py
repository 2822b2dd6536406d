"""`turnup web`: serve the pages."""

import os
import resource
import sys

import click

from onboarding.config import ROOT, settings


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--processes", default=1, show_default=True, help="Processes; a core each.")
def web(port: int, host: str, processes: int) -> None:
    """Serve the pages (gunicorn with gevent)."""
    settings().key("secret")  # what is wrong with them is said once, here, and not by every worker
    # each open page is a file: as many as the system lets us have, not the few of a shell
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # the time-out is for a worker that hangs; one that starts on a busy machine needs a minute or two
    arguments = [
        *("--bind", f"{host}:{port}", "--workers", str(processes)),
        *("--worker-class", "gevent", "--worker-connections", "10000"),
        *("--graceful-timeout", "3", "--timeout", "180", "--log-level", "warning"),
        *("--chdir", str(ROOT), "app:create_app()"),
    ]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])  # noqa: S606

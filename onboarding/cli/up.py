"""`turnup up`: everything on one machine, nothing installed beside it."""

import os
import shlex
import sys
from contextlib import ExitStack

import click
from honcho.manager import Manager

from onboarding import redis_server
from onboarding.cli.demo import prepare
from onboarding.cli.migrations import migrate_database
from onboarding.config import settings


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the pages.")
@click.option("--demo", is_flag=True, help="Fill an empty database with a practice vendor.")
def up(port: int, demo: bool) -> None:
    """Run web, workers and conductor with an embedded Redis and SQLite; Ctrl-C stops all of it.

    DATABASE_URL and REDIS_URL make it use real servers instead.
    """
    os.environ.setdefault("TURNUP_PUBLIC_URL", f"http://127.0.0.1:{port}")
    settings.cache_clear()
    chosen = settings()
    chosen.key("secret")  # an unusable data folder is said before anything is started in it
    with ExitStack() as stack:
        if not chosen.redis_url:
            os.environ["REDIS_URL"] = stack.enter_context(redis_server.running(chosen.home))
        settings.cache_clear()
        migrate_database()
        if demo:
            click.echo(prepare(chosen.public_url))
        click.echo(f"Turnup is at {settings().public_url} - Ctrl-C stops it")
        sys.exit(_run(port))


def _run(port: int) -> int:
    manager = Manager()
    spoken = {**os.environ, "PYTHONUNBUFFERED": "1"}  # what a part says is seen at once
    parts = {
        "web": ("web", "--port", str(port)),
        "worker": ("worker", "urgent", "default"),
        "heavy": ("worker", "heavy", "--no-periodic"),
        "conductor": ("conductor",),
    }
    if settings().bridged_to or settings().mail_listen or settings().imap_url:
        parts["gateway"] = ("gateway",)
    for name, part in parts.items():
        command = [sys.executable, "-m", "onboarding.cli.main", "keep", "--", *part]
        manager.add_process(name, shlex.join(command), env=spoken)
    manager.loop()
    # ended by Ctrl-C or a stop signal is how it is meant to end
    return 0 if manager.returncode in (0, 130, 143) else 1

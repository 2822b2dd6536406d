"""`turnup mail`: the way in for mail, and what was refused of it."""

import sys
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from onboarding.cli.app import core
from onboarding.cli.output import format_option, print_json
from onboarding.clock import iso
from onboarding.config import settings
from onboarding.db import db
from onboarding.errors import NotFound
from onboarding.inbox import jobs, queries
from onboarding.inbox.models import InboundMail

#: What a mail server takes as "try again later" (EX_TEMPFAIL of sysexits).
LATER = 75


@click.group()
def mail() -> None:
    """Take mail in, and look at what was refused."""


@mail.command()
@click.option("--to", "recipients", multiple=True, help="A recipient of the envelope; may repeat.")
def take(recipients: tuple[str, ...]) -> None:
    """Read one mail from standard input, as a mail server pipes it, and do what it says.

    It is kept whole before anything looks into it. A refused mail ends with 0 as well: a bounce
    would go to whoever was forged as its sender. Exit 75 while the database does not answer, so
    that the mail server tries again; 2 for nothing at all, and for what is too large.
    """
    raw = sys.stdin.buffer.read(settings().mail_largest_mb * 1024 * 1024 + 1)
    try:
        with core():
            outcome, why = jobs.take(raw, recipients)
    except OperationalError:
        click.echo("turnup: the database does not answer; try again later", err=True)
        sys.exit(LATER)
    click.echo(f"{outcome}: {why}" if why else outcome)


@mail.command()
@format_option("text", "json")
def refused(output: str) -> None:
    """List the mails that were refused, the newest first, with the reason."""
    with core():
        rows = queries.refused(db.session())
        if output == "json":
            print_json({"mails": [_document(row) for row in rows]})
            return
        for row in rows:
            click.echo(f"{row.id}  {iso(row.at)}  {row.sender}  {row.subject}\n    {row.why}")
        if not rows:
            click.echo("no mail was refused")


@mail.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """Print a mail as it came in."""
    with core():
        row = db.session().get(InboundMail, number)
        if row is None or row.raw is None:
            raise NotFound(f"There is no mail {number} any more", hint="see `turnup mail refused`")
        sys.stdout.buffer.write(row.raw)


def _document(row: InboundMail) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": iso(row.at),
        "from": row.sender,
        "subject": row.subject,
        "why": row.why,
    }

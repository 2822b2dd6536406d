"""`turnup customers`: take customers in from a table."""

from pathlib import Path

import click

from onboarding.board.importing import document, planned, sentence, take_in
from onboarding.cli.app import core
from onboarding.cli.output import format_option, print_json
from onboarding.customers.sheet import LARGEST, read_sheet
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.trail.log import Actor

OPERATOR = Actor("operator", "cli")


@click.group()
def customers() -> None:
    """Take customers in from other systems."""


@customers.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what it would do, and write nothing.")
@click.option("--invite", is_flag=True, help="Mail the contacts who have not been invited yet.")
@format_option("text", "json")
def import_command(file: Path, dry_run: bool, invite: bool, output: str) -> None:
    """Make and change customers as FILE (CSV) says; the same file again changes nothing.

    Every fault is told by line and field; with one of them nothing is written and the exit is 2.
    """
    records, faults = read_sheet(_content(file))
    with core():
        found = planned(db.session(), records)
        faults = [*faults, *found.faults]
        if not faults and not dry_run:
            with transaction() as session:
                found = take_in(session, OPERATOR, records, invite=invite)
    if output == "json":
        print_json(document(found, faults, written=not faults and not dry_run))
    else:
        for one in found.planned:
            click.echo(sentence(one))
    for fault in faults if output == "text" else ():
        click.echo(f"{file}: {fault.line()}", err=True)
    if faults:
        many = f"{len(faults)} faults" if len(faults) > 1 else "1 fault"
        raise BadInput(f"{many} found, nothing was written", place=str(file))
    if output == "text":
        counts = (f"{found.count(kind)} {kind}" for kind in ("made", "changed", "same"))
        click.echo(f"{', '.join(counts)}{'; dry run, nothing was written' if dry_run else ''}")


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as wrong:
        reason = wrong.strerror or "not readable"
        raise BadInput(reason, place=str(file), hint="expected a readable CSV file") from wrong

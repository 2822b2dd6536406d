"""`turnup audit`: is the trail as it was written?"""

import json
from pathlib import Path

import click

from onboarding.cli.app import core
from onboarding.cli.output import format_option, print_json
from onboarding.config import settings
from onboarding.db import db
from onboarding.errors import BadInput, Negative
from onboarding.trail import verifying


@click.group()
def audit() -> None:
    """Check the trail."""


@audit.command()
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `turnup audit heads` said at an earlier time.",
)
@format_option("text", "json")
def verify(heads: Path | None, output: str) -> None:
    """Find any edit, removal or missing tail; exit 1 where there is one."""
    with core():
        found = verifying.verify(db.session(), settings().key("trail"), _kept(heads))
    if output == "json":
        print_json({"findings": [vars(finding) for finding in found]})
    for finding in found if output == "text" else []:
        click.echo(f"{finding.stream} {finding.number}: {finding.what}")
    if found:
        raise Negative(f"{len(found)} findings", hint="compare with a backup")
    if output == "text":
        click.echo("The trail is as it was written.")


@audit.command()
def heads() -> None:
    """Print the signed heads as JSON; kept elsewhere, they show a roll-back of the whole database."""
    with core():
        print_json(verifying.heads(db.session()))


def _kept(path: Path | None) -> dict[str, list[str | int]] | None:
    if path is None:
        return None
    try:
        kept: dict[str, list[str | int]] = json.loads(path.read_text())
        for number, signature in kept.values():
            int(number), str(signature)
    except (ValueError, AttributeError, TypeError) as wrong:
        hint = "a file that `turnup audit heads` wrote"
        raise BadInput(f"these are not heads: {wrong}", place=str(path), hint=hint) from wrong
    return kept

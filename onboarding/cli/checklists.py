"""`turnup checklists`: work on the templates in `checklists/`."""

from pathlib import Path
from typing import Any

import click

from onboarding.checklists.difference import Difference, difference
from onboarding.checklists.library import SHIPPED, Reading, examine_all, load
from onboarding.cli.output import format_option, print_json
from onboarding.errors import BadInput, Negative


@click.group()
def checklists() -> None:
    """Validate and compare checklist templates."""


@checklists.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@format_option("text", "json")
def validate(paths: tuple[Path, ...], output: str) -> None:
    """Check PATHS (files, or folders of *.yaml); without any, the shipped templates.

    Every fault of every file is told, one a line, with file, line, key and fix. Exit 2 when a file
    cannot be used.
    """
    readings = examine_all(paths or (SHIPPED,))
    if output == "json":
        print_json({"files": [_reading_document(reading) for reading in readings]})
    else:
        for reading in readings:
            _print_reading(reading)
    faults = sum(len(reading.faults) for reading in readings)
    if faults:
        raise BadInput(f"{_count(faults, 'fault')} found, nothing was changed")


@checklists.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@format_option("text", "json")
def diff(old: Path, new: Path, output: str) -> None:
    """Show what moving from template OLD to NEW adds, removes and changes."""
    before, after = load(old), load(new)
    if before.key != after.key:
        raise BadInput(
            f"{old} is {before.key!r}, {new} is {after.key!r}",
            place="NEW",
            hint="expected two versions of one template",
        )
    found = difference(before, after)
    if not found.empty and before.version >= after.version:
        raise Negative(
            f"the items differ, yet version {before.version} is followed by {after.version}",
            hint=f"raise the version in {new}",
        )
    if output == "json":
        print_json(_difference_document(found))
    else:
        _print_difference(found)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _print_reading(reading: Reading) -> None:
    for fault in reading.faults:
        click.echo(fault.line(), err=True)
    template = reading.template
    if template is not None:
        required = sum(item.required for item in template.items)
        stages = len({item.stage for item in template.items})
        click.echo(
            f"{reading.path}: {template.key} version {template.version}, "
            f"{_count(len(template.items), 'item')} in {_count(stages, 'stage')}, {required} required"
        )


def _reading_document(reading: Reading) -> dict[str, Any]:
    template = reading.template
    return {
        "path": str(reading.path),
        "ok": template is not None,
        "key": template.key if template else None,
        "version": template.version if template else None,
        "items": len(template.items) if template else None,
        "faults": [
            {"place": fault.place, "message": fault.message, "hint": fault.hint}
            for fault in reading.faults
        ],
    }


def _difference_document(found: Difference) -> dict[str, Any]:
    return {
        "added": [item.id for item in found.added],
        "removed": [item.id for item in found.removed],
        "changed": [{"id": one.new.id, "fields": list(one.fields)} for one in found.changed],
    }


def _print_difference(found: Difference) -> None:
    for item in found.added:
        click.echo(f"added    {item.id}: {item.title}")
    for item in found.removed:
        click.echo(f"removed  {item.id}: {item.title}")
    for change in found.changed:
        click.echo(f"changed  {change.new.id}: {', '.join(change.fields)}")
    if found.empty:
        click.echo("no item differs")

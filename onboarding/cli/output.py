"""What every command shares: the `--format` option and one JSON document on stdout."""

import json
from collections.abc import Callable
from typing import Any

import click


def format_option(*kinds: str) -> Callable[..., Any]:
    """The `--format` option with the first of `kinds` as its default."""
    return click.option(
        "--format",
        "output",
        type=click.Choice(kinds),
        default=kinds[0],
        show_default=True,
        help="What stdout carries; progress and logs go to stderr.",
    )


def print_json(document: Any) -> None:
    """Print one JSON document and nothing else. NaN and infinity are refused, not written."""
    click.echo(json.dumps(document, allow_nan=False, indent=2))

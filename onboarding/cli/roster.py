"""`turnup roster`: who stands by for which cutover, solved from a file."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from onboarding.cli.output import format_option, print_json
from onboarding.errors import BadInput
from onboarding.rosters.solution import Solution, kept_places
from onboarding.rosters.solver import DEFAULT_SECONDS, solve
from onboarding.rosters.statement import Problem

MAX_BYTES = 50_000_000

STARTING = 0.2
"""Seconds that the command takes to get as far as the search."""


@click.group()
def roster() -> None:
    """Standby rosters."""


@roster.command("solve")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--time-limit",
    default=DEFAULT_SECONDS,
    show_default=True,
    type=click.FloatRange(min=0, max=86_400),
    help="Seconds to search; it ends sooner where the best is proven.",
)
@click.option(
    "--keep", type=click.Path(path_type=Path), help="An earlier solution to change little."
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Another number tries the search's choices in another order.",
)
@click.option(
    "--steady",
    is_flag=True,
    help="Limit the work instead of the time: the same problem and seed then give the same roster on any machine.",
)
@format_option("text", "json")
def solve_command(
    problem: Path, time_limit: float, keep: Path | None, seed: int, steady: bool, output: str
) -> None:
    """Fill the seats of PROBLEM.json. Exit 1 when a seat stays empty, 2 when the input is unusable."""
    stated = _in_file(problem, lambda: Problem.from_json(_document(problem)))
    kept = _in_file(keep, lambda: kept_places(_document(keep))) if keep else None
    if not steady:  # whoever says one second waits for the command, not for its search
        time_limit = max(0.0, time_limit - STARTING)
    solution = solve(stated, time_limit, keep=kept, seed=seed, steady=steady)
    if output == "json":
        print_json(solution.to_json())
    else:
        click.echo(_text(solution))
    if not solution.complete:
        sys.exit(1)


def _in_file(path: Path, read: Any) -> Any:
    """What `read` gives; a refusal names the file as well."""
    try:
        return read()
    except BadInput as error:
        place = f"{path}: {error.place}" if error.place else str(path)
        raise BadInput(error.message, place=place, hint=error.hint) from error


def _document(path: Path) -> Any:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput("the file is too large", hint=f"expected at most {MAX_BYTES} bytes")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(
            f"cannot be read ({error.strerror})", hint="expected a readable JSON file"
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(f"byte {error.start} is not UTF-8", hint="expected JSON in UTF-8") from error
    except json.JSONDecodeError as error:
        raise BadInput(
            f"not JSON: {error.msg}",
            place=f"line {error.lineno} column {error.colno}",
            hint="expected a JSON document",
        ) from error
    except (RecursionError, ValueError) as error:
        raise BadInput("not usable as JSON", hint="expected a plain JSON document") from error


def _text(solution: Solution) -> str:
    lines = [f"{solution.status} in {solution.seconds:.1f} s"]
    seats: dict[str, list[str]] = {}
    for place in solution.assignments:
        seats.setdefault(place.cutover, []).append(f"{place.team} {place.role}: {place.person}")
    for cutover, names in seats.items():
        lines.append(f"{cutover}  {', '.join(names)}")
    lines += [f"CONFLICT  {words}" for words in solution.conflicts]
    for seat in solution.unfilled:
        lines.append(
            f"EMPTY  {seat.cutover} {seat.team} {seat.role} ({seat.missing} missing): {seat.why}"
        )
        if seat.nearest:
            start, end = (f"{at:%Y-%m-%d %H:%M}Z" for at in seat.nearest)
            lines.append(f"       could be filled from {start} to {end}")
        lines.append(f"       what would help: {'; or '.join(seat.fixes)}")
    score = solution.score
    lines.append(
        f"{len(solution.assignments)} seats filled, {score.unfilled} empty; "
        f"{score.out_of_hours:g} h outside working time, {score.off_shift_hours:g} h off rotation, "
        f"load spread {score.unfairness:g} h, {score.discontinuity} extra faces, {score.changed} places changed"
    )
    return "\n".join(lines)

"""Every command explains itself, and every command that the documentation shows exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from onboarding.cli.main import COMMANDS, turnup

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
SHELL_BLOCK = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ASSIGNMENT = re.compile(r"[A-Z_]+=")


def tree(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """`command` and all commands under it, each with what one types to call it."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            below = command.get_command(context, child)
            assert below is not None, f"{name} {child} is listed and cannot be had"
            yield from tree(below, f"{name} {child}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    top = turnup.get_command(click.Context(turnup), name)
    assert top is not None
    for called, command in tree(top, f"turnup {name}"):
        assert command.help, f"`{called}` has no help"
        options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
        assert [f"{called}: {o.opts[0]} has no help" for o in options if not o.help] == []


def documented() -> list[tuple[str, str]]:
    """Every `turnup …` in the shell blocks of the documentation, with its file and line."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for block in SHELL_BLOCK.finditer(text):
            first = text.count("\n", 0, block.start(1)) + 1
            joined = block.group(1).replace("\\\n", "  ")
            for number, line in enumerate(joined.splitlines(), first):
                found += [(f"{path.name}:{number}", one) for one in turnup_calls(line)]
    return found


def turnup_calls(line: str) -> list[str]:
    """The arguments, as text, of each call of turnup in one line of shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    calls: list[list[str]] = [[]]
    redirected = False
    for word in lexer:
        if set(word) <= set("();|&"):
            calls.append([])
        elif set(word) <= set("<>"):
            redirected = True
        elif redirected:
            redirected = False
        elif not (calls[-1] == [] and (word == "$" or ASSIGNMENT.match(word))):
            calls[-1].append(word)
    return [shlex.join(c[1:]) for c in calls if c and c[0].rpartition("/")[2] == "turnup"]


def parse(arguments: list[str]) -> None:
    """Raise click.UsageError unless `turnup` knows these sub-commands, options and arguments.

    Nothing is run, and the values are not looked at: the files they name need not exist.
    """
    command: click.Command = turnup
    context = click.Context(command, info_name="turnup")
    while isinstance(command, click.Group):
        _, arguments, _ = command.make_parser(context).parse_args(list(arguments))
        if not arguments:
            return
        _, child, arguments = command.resolve_command(context, arguments)
        assert child is not None
        command = child
        context = click.Context(command, info_name=command.name, parent=context)
    if set(arguments) & set(command.get_help_option_names(context)):
        return
    values, extra, _ = command.make_parser(context).parse_args(list(arguments))
    if extra:
        raise click.UsageError(f"unexpected: {extra}", context)
    for parameter in command.params:
        given = parameter.name in values and not parameter.value_is_missing(values[parameter.name])
        if parameter.required and not given:
            raise click.MissingParameter(ctx=context, param=parameter)


def test_every_documented_call_can_be_made() -> None:
    wrong = []
    for place, call in documented():
        try:
            parse(shlex.split(call))
        except click.ClickException as error:
            wrong.append(f"{place}: turnup {call}: {error.format_message()}")
    assert wrong == []


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        "forecast h.csv --nonsense",
        "forecast h.csv more.csv",
        "forecast",
        "checklists nonsense",
    ],
)
def test_a_call_that_cannot_be_made_is_found(wrong: str) -> None:
    with pytest.raises(click.ClickException):
        parse(shlex.split(wrong))


@pytest.mark.parametrize("right", ["", "--help", "forecast --help", "forecast h.csv --horizon 24"])
def test_a_call_that_can_be_made_is_left_alone(right: str) -> None:
    parse(shlex.split(right))


def test_calls_are_found_in_a_line_of_shell() -> None:
    line = (
        "$ TURNUP_HOME=x .venv/bin/turnup up --demo > log && cd x; turnup doctor | less # turnup no"
    )
    assert turnup_calls(line) == ["up --demo", "doctor"]

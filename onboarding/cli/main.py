"""The `turnup` command: one visible table of sub-commands, each imported only when it is called."""

import importlib
import sys

import click

from onboarding.errors import TurnupError

COMMANDS = {
    "admin": "onboarding.cli.admin:admin",
    "audit": "onboarding.cli.audit:audit",
    "conductor": "onboarding.cli.conductor:conductor",
    "customers": "onboarding.cli.customers:customers",
    "cutover": "onboarding.cli.cutover:cutover",
    "doctor": "onboarding.cli.doctor:doctor",
    "mail": "onboarding.cli.mail:mail",
    "keep": "onboarding.cli.keep:keep",
    "up": "onboarding.cli.up:up",
    "web": "onboarding.cli.web:web",
    "worker": "onboarding.cli.worker:worker",
    "checklists": "onboarding.cli.checklists:checklists",
    "forecast": "onboarding.cli.forecast:forecast",
    "gateway": "onboarding.cli.gateway:gateway",
    "guard": "onboarding.cli.guard:guard",
    "roster": "onboarding.cli.roster:roster",
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own: `turnup guard` never imports Flask."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=LazyGroup)
@click.version_option(package_name="turnup")
def turnup() -> None:
    """Customer onboarding and traffic cutover, from signup to live."""


def main() -> None:
    """Run `turnup`; an expected error is one line on stderr and its exit code, never a traceback."""
    try:
        # click hands back the code of a command that ends by `ctx.exit(code)`
        code = turnup.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except TurnupError as error:
        click.echo(f"turnup: {error.line()}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()

"""`turnup admin`: migrations, the first user, tokens."""

import sys

import click
from sqlalchemy import select

from onboarding.cli.app import core
from onboarding.cli.migrations import migrate_database
from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.people.actions import TEAMS, add_user, ensure_teams, make_token
from onboarding.people.models import User
from onboarding.people.permissions import ROLES
from onboarding.trail.log import Actor

ADMIN = Actor("operator", "cli")


@click.group()
def admin() -> None:
    """Look after an installation."""


@admin.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    migrate_database()
    click.echo("The database is up to date.")


@admin.command("add-user")
@click.option("--email", required=True, help="The mail address they sign in with.")
@click.option("--name", required=True, help="How others see them.")
@click.option("--role", required=True, type=click.Choice(sorted(ROLES)), help="What they may do.")
@click.option("--team", type=click.Choice(sorted(TEAMS)), help="Whose duties they share, if any.")
@click.option("--timezone", default="UTC", show_default=True, help="IANA name of their zone.")
@click.option(
    "--country", default="", help="Whose public holidays are theirs: two letters, like DE."
)
@click.option("--region", default="", help="A region of it with holidays of its own, like BY.")
def new_user(
    email: str, name: str, role: str, team: str | None, timezone: str, country: str, region: str
) -> None:
    """Add somebody; the password is read from standard input or asked for."""
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    with core(), transaction() as session:
        ensure_teams(session)
        user = add_user(
            session,
            ADMIN,
            email=email,
            name=name,
            role=role,
            password=password,
            team=team or "",
            timezone=timezone,
            country=country,
            subdivision=region,
        )
        made = f"user {user.id} {user.email}"
    click.echo(made)


@admin.command()
@click.argument("email")
@click.option("--name", default="cli", show_default=True, help="What the token is for.")
def token(email: str, name: str) -> None:
    """Make an API token for somebody; it is shown once."""
    with core(), transaction() as session:
        user = session.scalar(select(User).where(User.email == email.lower()))
        if user is None:
            raise NotFound(f"there is no user {email}", hint="see `turnup admin users`")
        made = make_token(session, ADMIN, user, name)
    click.echo(made)


@admin.command()
def users() -> None:
    """List everybody who can sign in."""
    with core():
        for user in db.session.scalars(select(User).order_by(User.id)).unique():
            click.echo(f"{user.id}\t{user.email}\t{user.role}\t{user.team_key}")

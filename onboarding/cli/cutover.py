"""`turnup cutover`: flip, hold and roll back straight on the database, with web and Redis down."""

import secrets
from typing import Any

import click
from sqlalchemy import select

from onboarding.cli.app import core
from onboarding.cli.output import format_option, print_json
from onboarding.db import db, transaction
from onboarding.errors import Negative, NotFound
from onboarding.people.models import User
from onboarding.ramps import actions, queries, stopping
from onboarding.ramps.muting import LONGEST_MIN, MUTABLE
from onboarding.ramps.stand_in import Answer, answer, unanswered
from onboarding.ramps.states import VERBS
from onboarding.ramps.status import status
from onboarding.readiness.evidence import ready
from onboarding.simulation.scripts import HINT
from onboarding.trail.log import Actor

WAIT_S = 20.0  # a dead conductor's lease runs out after 5 s; a slow switch takes up to 10 s


@click.group()
def cutover() -> None:
    """Flip, hold and roll back a cutover; works with web, Redis and conductor down."""


@cutover.command("status")
@click.argument("cutover_id", metavar="ID", type=click.IntRange(min=1))
@format_option("text", "json")
def status_command(cutover_id: int, output: str) -> None:
    """Say where the cutover stands: share, step, what may be asked for now."""
    with core():
        found = status(db.session(), cutover_id)
    if output == "json":
        print_json(found)
    else:
        click.echo(_text(found))


def _text(found: dict[str, Any]) -> str:
    share = "unknown" if found["share"] is None else f"{found['share']:g} %"
    lines = [
        f"Cutover {found['cutover']}, run {found['run']}: {found['sentence']}",
        f"share {share}, step {found['step']} of {found['steps']}, "
        f"held {found['held_s']:g} of {found['hold_s']:g} s",
        f"conductor: {found['holder'] if found['driven'] else 'none drives it now'}",
        f"possible: {', '.join(found['possible']) or 'nothing'}",
    ]
    lines += [
        f"MUTED: {mute['signal']} until {mute['until']}, by {mute['by']}: {mute['reason']}"
        for mute in found["muted"]
    ]
    if found["reason"]:
        lines.insert(1, found["reason"])
    return "\n".join(lines)


def _verb(verb: str) -> click.Command:
    @click.option("--reason", default="", help="Why; kept in the trail.")
    @click.option("--as", "email", default="", help="Mail address of the person who asks.")
    @format_option("text", "json")
    def command(cutover_id: int, reason: str, email: str, output: str, **more: Any) -> None:
        with core():
            given = {name: value for name, value in more.items() if value is not None}
            found = ask_and_wait(cutover_id, verb, given, reason, email)
            now = status(db.session(), cutover_id)
        if output == "json":
            document = {"command": found.command, "verb": verb, "state": found.state}
            print_json({**document, "answer": found.text, "status": now})
        elif found.state in ("waiting", "acting"):
            click.echo(f"Under way, not answered yet. {now['sentence']}")
        elif found.state == "done":
            click.echo(found.text)
        found.check()

    if verb == "back":
        option = click.option("--step", type=click.IntRange(min=0), required=True, help="Which.")
        command = option(command)
    if verb == "go":
        told = "Go on although nothing can be judged now; kept in the trail."
        command = click.option("--without-figures", is_flag=True, help=told)(command)
    if verb == "start":
        told = f"What breaks in a rehearsal, {HINT}."
        command = click.option("--script", help=told)(command)
    if verb == "mute":
        minutes = click.FloatRange(min=1, max=LONGEST_MIN)
        command = click.argument("minutes", metavar="MINUTES", type=minutes)(command)
    if verb in ("mute", "unmute"):
        signal = click.Choice(MUTABLE)
        command = click.argument("signal", metavar="SIGNAL", type=signal)(command)
    command = click.argument("cutover_id", metavar="ID", type=click.IntRange(min=1))(command)
    return click.command(verb, help=f"Ask to {VERBS[verb]}.")(command)


def ask_and_wait(
    cutover_id: int, verb: str, arguments: dict[str, Any], reason: str, email: str
) -> Answer:
    """Write the command, and carry it out where no conductor does."""
    seen = queries.standing(db.session(), cutover_id).mark
    with transaction() as session:
        command_id = actions.ask(
            session,
            _actor(session, email),
            cutover_id,
            verb,
            key=f"cli-{secrets.token_hex(12)}",
            seen=seen,
            arguments=arguments,
            reason=reason,
        ).id
    return answer(command_id, ready, seconds=WAIT_S)


def _actor(session: Any, email: str) -> Actor:
    if not email:
        return Actor("shell", "cli")
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise NotFound(f"There is nobody with the address {email}")
    return Actor(f"user:{user.id}", "cli")


for name in VERBS:
    if name != "replan":  # a plan is changed in its form
        cutover.add_command(_verb(name))


@cutover.command("hold-all")
@click.option("--reason", required=True, help="Why; kept in the trail.")
@click.option("--as", "email", default="", help="Mail address of the person who asks.")
def hold_all(reason: str, email: str) -> None:
    """Hold every ramp that runs; none starts or moves on until `lift`."""
    with core():
        with transaction() as session:
            who = _actor(session, email)
            stop_id = stopping.press(session, who, reason).id
        with transaction() as session:
            asked = stopping.asked(session, who, stop_id)
        left = unanswered(asked, ready, seconds=WAIT_S)
    click.echo(f"Everything is held ({len(asked) - len(left)} of {len(asked)} ramps answered).")
    if left:
        raise Negative("; ".join(left), hint="roll back what must not go on")


@cutover.command("lift")
@click.option("--as", "email", default="", help="Mail address of the person who asks.")
def lift(email: str) -> None:
    """Lift the stop of `hold-all`; a person resumes each ramp."""
    with core(), transaction() as session:
        stopping.lift(session, _actor(session, email))
    click.echo("Lifted. Each ramp stays held until a person resumes it.")

"""What a chat is told beside what people say: the topic, and the one message that is kept current."""

from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.cutovers import queries as cutovers
from onboarding.ramps import queries as runs
from onboarding.ramps.states import STATES
from onboarding.rooms.models import Room
from onboarding.rooms.words import one_line


def link(room: Room) -> str:
    """Where the room is on the web."""
    path = f"/cutovers/{room.cutover_id}" if room.cutover_id else f"/rooms/{room.id}"
    return settings().public_url.rstrip("/") + path


def topic(session: Session, room: Room) -> str:
    """One line: what this channel is about, where it stands, where to look."""
    told = [one_line(room.title, 120), *_standing(session, room)]
    read = ["the customer reads this too"] if room.customer_id else []
    return " | ".join([*told, *read, link(room)])


def status(session: Session, room: Room) -> str:
    """Where the flip stands; empty for a room of no cutover."""
    if room.cutover_id is None:
        return ""
    return "\n".join([one_line(room.title, 120), *_standing(session, room), link(room)])


def _standing(session: Session, room: Room) -> list[str]:
    if room.cutover_id is None:
        return []
    cutover = cutovers.get(session, room.cutover_id)
    run, standing = runs.current(session, cutover.id), runs.standing(session, cutover.id)
    practice = ["Practice"] if cutover.practice else []
    if run is None:
        when = f"{cutover.state}, {cutover.starts_at:%d %b %Y %H:%M} to {cutover.ends_at:%H:%M} UTC"
        return [*practice, when]
    steps = len(cutover.steps)
    share = f"{run.share or 0:g} % on the new path, step {min(standing.step, steps)} of {steps}"
    return [*practice, share, STATES[standing.state]]

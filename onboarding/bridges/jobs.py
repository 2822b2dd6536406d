"""The RQ edge of bridges: commands that came in over the web, which answers a chat at once."""

from onboarding.rooms import commands
from onboarding.trail.log import Actor


def obey(actor: str, source: str, user_id: int, room_id: int, number: int, text: str) -> None:
    """Carry the command out; a second time it is the same one."""
    commands.obey(Actor(actor, source), user_id, room_id, number, text)

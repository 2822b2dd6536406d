"""The page `docs/ramp-machine.md`: the machine as a diagram and a table, from the table itself."""

from onboarding.ramps.machine import TABLE
from onboarding.ramps.states import DRIVEN, HAPPENINGS, STATES, VERBS

INTRODUCTION = """# The ramp machine

Made from `onboarding/ramps/machine.py` by `scripts/ramp_diagram.py`; a test holds the two together.

A person's verb is bold. Verbs that are possible nearly everywhere (roll back, back, abandon, mute, and
what the guard or a drifting switch brings) are left out of the diagram and listed in the table.
Whatever is not in the table is refused with a sentence. People win over automation: `hold`,
`rollback`, `unwind`, `confirm`, `mute` and `unmute` are carried out whatever the person last saw; every other verb is refused
where the ramp has moved on since, and the person is told who was first. A `hold` lets the switch finish
what it was asked for, and then nothing goes on by itself; where the switch was turned by somebody else,
it stays so until that is answered. It is refused only where it is held already, where traffic is being
taken back at once, and where no run is on.
"""
EVERYWHERE = {"rollback", "unwind", "back", "abandon", "drift", "mute", "unmute", "mute_over"}
EVERYWHERE |= {"guard_rollback", "guard_unwinds", "guard_proposes"}


def page() -> str:
    """The whole page as Markdown."""
    return f"{INTRODUCTION}\n```mermaid\n{mermaid()}```\n\n{meanings()}\n{table()}"


def mermaid() -> str:
    """The state diagram; several events between the same states share an arrow."""
    lines = ["stateDiagram-v2", "    [*] --> idle"]
    for state, row in TABLE.items():
        arrows: dict[str, list[str]] = {}
        for event, move in row.items():
            if event not in EVERYWHERE:
                arrows.setdefault(move.to, []).append(event)
        lines += [f"    {state} --> {to}: {', '.join(events)}" for to, events in arrows.items()]
    lines.append("    anywhere --> rolling_back: rollback, guard_rollback")
    lines.append("    anywhere --> unwinding: unwind, guard_unwinds")
    lines += [f"    {state} --> [*]" for state in STATES if state not in DRIVEN and state != "idle"]
    return "\n".join(lines) + "\n"


def meanings() -> str:
    """What each state means, and what each event is."""
    lines = ["| state | what it means |", "| --- | --- |"]
    lines += [f"| `{state}` | {text} |" for state, text in STATES.items()]
    lines += ["", "| event | what it is |", "| --- | --- |"]
    lines += [f"| **{verb}** | a person asks to {text} |" for verb, text in VERBS.items()]
    lines += [f"| {event} | {text} |" for event, text in HAPPENINGS.items()]
    return "\n".join(lines) + "\n"


def table() -> str:
    """Every pair that leads somewhere."""
    lines = ["| in state | event | leads to | effects |", "| --- | --- | --- | --- |"]
    for state, row in TABLE.items():
        for event, move in row.items():
            name = f"**{event}**" if event in VERBS else event
            lines.append(f"| `{state}` | {name} | `{move.to}` | {', '.join(move.effects)} |")
    return "\n".join(lines) + "\n"

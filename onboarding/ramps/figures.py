"""A ramp's figures as pages and viewers get them each second. Pure but for the time."""

from datetime import timedelta
from typing import Any

from onboarding import clock
from onboarding.ramps.blindness import UNSURE_S
from onboarding.ramps.course import Aim
from onboarding.ramps.drive import Drive
from onboarding.ramps.states import STATES
from onboarding.ramps.verdicts import duration


def figures(drive: Drive) -> dict[str, Any]:
    """The tick: where the ramp stands, both arms over the last seconds, every signal."""
    return {
        "at": clock.iso(clock.now()),
        "run": drive.run,
        "state": drive.state,
        "step": drive.step,
        "steps": len(drive.course.steps),
        "share": drive.share,
        "target": drive.target.share,
        "selector": str(drive.selector or ""),
        "held_s": round(drive.held_s, 1),
        "proposed_s": round(drive.proposed_s, 1),
        "hold_s": drive.course.hold_s(drive.step),
        "moved": drive.watch.arm("moved"),
        "control": drive.watch.arm("control"),
        "signals": drive.watch.signals(),
        **drive.inherited.shown,
        "peak_until": clock.iso(drive.peak_until) if drive.peak_until else None,
        "unmet": drive.unmet,
        "doubt": drive.doubt(),
        "unsure": _unsure(drive),
        "blind": drive.blindness.told,
        "by_step": {str(step): dict(vars(of)) for step, of in drive.by_step.items()},
        "reason": drive.reason,
        "sentence": sentence(drive),
    }


def _unsure(drive: Drive) -> str:
    """Why it cannot be judged, once that has lasted as long as makes a hold undecided."""
    since = drive.doubtful_since
    return drive.doubt() if since is not None and clock.ticks() - since >= UNSURE_S else ""


def sentence(drive: Drive) -> str:
    """What is going on, for a person."""
    share = "an unknown share"
    if drive.share is not None:
        share = str(Aim(drive.share, drive.selector))
    if drive.asked is not None:
        if drive.by_hand:
            return f"Turn the switch to {drive.asked.aim} by hand, then confirm it"
        late = f"; {drive.switch_fault}" if drive.switch_fault else ""
        again = f", try {drive.asked.tries + 1}" if drive.asked.tries else ""
        return f"Moving from {share} to {drive.asked.aim}{again}{late}"
    doubt = drive.doubt()
    if drive.state == "holding":
        text = f"Holding at {share}{_for_how_long(drive)}"
        if drive.unmet:
            return f"{text}; checked, and not so yet: {drive.unmet}"
        return f"{text}; the clock stands still: {doubt}" if doubt else text
    if drive.state == "undecided":
        return f"Waiting at {share}: {doubt or drive.reason}"
    return f"At {share}: {STATES[drive.state]}{_why(drive, doubt)}"


def _why(drive: Drive, doubt: str) -> str:
    """What more is to be said of a state that waits for a person."""
    text = ""
    if drive.state == "waiting_go" and drive.unmet:
        text = f"; checked, and not so yet: {drive.unmet}"
        if "counts" in drive.course.checks(drive.step):
            return text  # which says the doubt
    if drive.reason and drive.state in ("held", "proposed", "drifted"):
        text = f". {drive.reason}"
    if doubt and drive.state in ("waiting_go", "held"):
        text += f"; it cannot be judged: {doubt}"
    return text


def _for_how_long(drive: Drive) -> str:
    left = max(0.0, drive.course.hold_s(drive.step) - drive.held_s)
    text = f" for another {duration(left)}" if left else ""
    if drive.peak_until is None or not drive.at_peak():
        return text
    peak = drive.peak_until - timedelta(hours=1)
    return f"{text}{' and' if text else ''} until after the daily peak at {peak:%H:%M} UTC"

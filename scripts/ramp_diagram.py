"""Write docs/ramp-machine.md anew from the table of the ramp machine."""

from pathlib import Path

from onboarding.ramps.diagram import page

if __name__ == "__main__":
    target = Path(__file__).resolve().parent.parent / "docs" / "ramp-machine.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(), encoding="utf-8")

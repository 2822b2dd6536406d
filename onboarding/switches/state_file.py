"""The file that an HAProxy takes its servers' state from when it is reloaded."""

import os
from pathlib import Path

from onboarding.errors import PermanentFault


def write_state_file(name: str, state: str) -> None:
    """Replace the file with `state` (`show servers state`), whole or not at all."""
    path = Path(name)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(state)
        draft.replace(path)
    except OSError as wrong:
        raise PermanentFault(
            f"the weights are set, but {name} cannot be written: {wrong.strerror}",
            hint="a reload of HAProxy would lose them; correct switch.state_file",
        ) from wrong

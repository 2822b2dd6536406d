"""The files that an HAProxy takes its servers' state and its maps from when it is reloaded."""

import os
from pathlib import Path

from onboarding.errors import PermanentFault


def write_whole(name: str, text: str) -> None:
    """Replace the file by `text`, whole or not at all, with the rights it has."""
    path = Path(name)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text)
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
    except OSError as wrong:
        raise PermanentFault(
            f"HAProxy has been set, but {name} cannot be written: {wrong.strerror}",
            hint="a reload would lose it; correct switch.state_file or switch.maps, "
            "or the rights of the folder",
        ) from wrong

"""Secrets of adapters, by name: what a cutover's config holds is the name, never the secret."""

import os
import re

from onboarding.config import settings
from onboarding.errors import BadInput

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def secret(name: object, place: str) -> str:
    """The secret called `name`: from the environment variable `TURNUP_SECRET_<NAME>`, else from
    the file `secrets/<name>` in `TURNUP_HOME`. Raises BadInput at `place` where there is none."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise BadInput(
            f"{name!r} is no name of a secret",
            place=place,
            hint="give the name, such as pdns, and the secret itself as TURNUP_SECRET_PDNS",
        )
    variable = f"TURNUP_SECRET_{name.upper()}"
    if found := os.environ.get(variable, "").strip():
        return found
    path = settings().home / "secrets" / name
    try:
        if found := path.read_text(encoding="utf-8").strip():
            return found
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"the secret {name} cannot be read: {wrong}", place=place) from wrong
    raise BadInput(
        f"there is no secret {name}", place=place, hint=f"set {variable}, or write the file {path}"
    )

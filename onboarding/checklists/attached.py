"""A file that is handed in as evidence. Pure."""

from dataclasses import dataclass

from onboarding.errors import BadInput, marked

LARGEST = 5 * 1024 * 1024


@dataclass(frozen=True)
class Attached:
    """Its name, without a folder and at most 100 characters, and what is in it."""

    name: str
    content: bytes


def attached(name: str, content: bytes) -> Attached:
    """A file as somebody sent it. Raises BadInput for more than `LARGEST` bytes."""
    if len(content) > LARGEST:
        raise BadInput(marked("this file is too large"), place="file", hint=marked("at most 5 MB"))
    plain = "".join(c for c in name.replace("\\", "/") if c.isprintable()).rpartition("/")[2]
    return Attached(plain[-100:] or "file", content)

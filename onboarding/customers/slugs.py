"""Short names for addresses, made from what a customer is called. Pure."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 40


def slug_from(name: str) -> str:
    """Lower-case ASCII letters, digits and single hyphens, at most 40; `customer` for none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST].strip("-") or "customer"


def candidates(name: str) -> Iterator[str]:
    """Slugs to try in turn: `acme`, `acme-2`, `acme-3` and on without end."""
    base, number = slug_from(name), 1
    while True:
        yield base if number == 1 else f"{base}-{number}"
        number += 1

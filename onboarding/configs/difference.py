"""What differs between two versions of a configuration, line by line. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff

#: Comparing grows with the square of the lines where they repeat: longer files are only counted.
LONGEST = 5000


@dataclass(frozen=True)
class FileDifference:
    """One file. `state`: added, removed or changed; `lines` are (mark, text) with the marks `+`,
    `-`, ` ` and `@` (lines were left out here), empty where the file is too long to compare."""

    name: str
    state: str
    lines: tuple[tuple[str, str], ...]

    @property
    def added(self) -> int:
        """How many lines came in."""
        return sum(mark == "+" for mark, _text in self.lines)

    @property
    def removed(self) -> int:
        """How many lines went."""
        return sum(mark == "-" for mark, _text in self.lines)


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> list[FileDifference]:
    """The files that are not the same in both, by name."""
    names = sorted(before.keys() | after.keys())
    return [_file(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)]


def _file(name: str, before: str | None, after: str | None) -> FileDifference:
    state = "added" if before is None else "removed" if after is None else "changed"
    old, new = (before or "").split("\n")[:-1], (after or "").split("\n")[:-1]
    if len(old) + len(new) > LONGEST:
        return FileDifference(name, state, ())
    told = list(unified_diff(old, new, lineterm="", n=3))[2:]
    lines = tuple((line[0], "" if line[0] == "@" else line[1:]) for line in told)
    return FileDifference(name, state, lines)

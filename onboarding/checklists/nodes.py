"""What a checklist's YAML says, as a tree that remembers lines."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A scalar as it was written."""

    line: int
    value: str


@dataclass(frozen=True)
class Listing:
    """A sequence."""

    line: int
    entries: tuple["Node", ...]


@dataclass(frozen=True)
class Table:
    """A mapping: key → (line of the key, value)."""

    line: int
    entries: dict[str, tuple[int, "Node"]]


Node = Text | Listing | Table

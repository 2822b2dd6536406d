"""Templates read from YAML files.

Every fault names `file:line`, the key, what was expected and what to write instead. `examine`
tells all faults of a file; `load` stops for the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from onboarding.checklists.faults import Faults
from onboarding.checklists.reading import read_template
from onboarding.checklists.template import Template
from onboarding.errors import BadInput

SHIPPED = Path(__file__).resolve().parents[2] / "checklists"
LARGEST = 512 * 1024


@dataclass(frozen=True)
class Reading:
    """What was found in one file: a template, or why there is none."""

    path: Path
    template: Template | None
    faults: tuple[BadInput, ...]


def examine(path: Path) -> Reading:
    """Read one file and note everything that is wrong with it. Raises nothing."""
    try:
        return examine_bytes(_content(path), path)
    except BadInput as fault:
        return Reading(path, None, (fault,))


def examine_bytes(content: bytes, path: Path) -> Reading:
    """As `examine`, of content that came from elsewhere; `path` only names it."""
    from onboarding.checklists.yaml_lines import parse  # noqa: PLC0415 - the web seldom reads YAML

    faults = Faults(str(path))
    try:
        template = read_template(parse(_decoded(content, faults), faults), faults)
    except BadInput as fault:
        return Reading(path, None, (*faults.listed(), fault))
    return Reading(path, template, faults.listed())


def examine_all(paths: Iterable[Path]) -> tuple[Reading, ...]:
    """Read files and the `*.yaml` of folders; two files must not hold the same key.

    Raises nothing; a folder without templates is a fault.
    """
    readings: list[Reading] = []
    owners: dict[str, Path] = {}
    for path in paths:
        files = _files(path) if path.is_dir() else [path]
        readings.extend(_alone(examine(file), owners) for file in files)
        if not files:
            fault = BadInput("no checklist here", place=str(path), hint="expected *.yaml files")
            readings.append(Reading(path, None, (fault,)))
    return tuple(readings)


def load(path: Path) -> Template:
    """The template in one file. Raises BadInput with the first fault and how many follow."""
    return _usable(examine(path))


def load_all(folder: Path = SHIPPED) -> dict[str, Template]:
    """All `*.yaml` templates of a folder by key. Raises BadInput with the first fault."""
    templates = (_usable(reading) for reading in examine_all([folder]))
    return {template.key: template for template in templates}


def _usable(reading: Reading) -> Template:
    if reading.template is not None:
        return reading.template
    first, more = reading.faults[0], len(reading.faults) - 1
    hint = (
        f"{first.hint} (and {more} more faults: turnup checklists validate)" if more else first.hint
    )
    raise BadInput(first.message, place=first.place, hint=hint)


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])


def _alone(reading: Reading, owners: dict[str, Path]) -> Reading:
    template = reading.template
    if template is None or template.key not in owners:
        if template is not None:
            owners[template.key] = reading.path
        return reading
    fault = BadInput(
        f"the key {template.key!r} belongs to {owners[template.key]}",
        place=f"{reading.path}:1",
        hint="choose another key; one file holds one template in its newest version",
    )
    return Reading(reading.path, None, (fault,))


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise BadInput("no such file", place=str(path), hint="expected a YAML file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as wrong:
        reason = wrong.strerror or "not readable"
        raise BadInput(reason, place=str(path), hint="expected a readable YAML file") from wrong
    if len(content) > LARGEST:
        hint = f"expected at most {LARGEST // 1024} KiB; is this a checklist?"
        raise BadInput("the file is too large", place=f"{path}:1", hint=hint)
    return content


def _decoded(content: bytes, faults: Faults) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        message = f"the byte 0x{content[wrong.start]:02x} is not UTF-8"
        raise faults.at(line, message, "save the file as UTF-8") from wrong

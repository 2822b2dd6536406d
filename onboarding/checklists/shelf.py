"""The templates that can be started, read again whenever a file changes."""

from functools import lru_cache
from pathlib import Path

from onboarding.checklists.library import examine_all
from onboarding.checklists.template import Template
from onboarding.errors import BadInput, NotFound


def template(folder: Path, key: str) -> Template:
    """The template called `key` in `folder`. A broken file stands in the way of its own template
    only. Raises BadInput with the first fault where `key` may be in a broken file, else NotFound."""
    found, faults = _read(folder, _stamp(folder))
    if key in found:
        return found[key]
    if faults:
        raise faults[0]
    raise NotFound(f"There is no checklist {key!r} in {folder.name}/", hint="add its YAML file")


def titles(folder: Path) -> dict[str, str]:
    """Key and title of every usable template."""
    return {key: found.title for key, found in _read(folder, _stamp(folder))[0].items()}


_Stamp = tuple[tuple[str, int, int], ...]


def _stamp(folder: Path) -> _Stamp:
    """What changes when a file of the folder does: names, times and sizes."""
    stats = [(path.name, path.stat()) for path in sorted(folder.glob("*.y*ml"))]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(maxsize=4)
def _read(folder: Path, _stamp: _Stamp) -> tuple[dict[str, Template], tuple[BadInput, ...]]:
    readings = examine_all([folder])
    found = {one.template.key: one.template for one in readings if one.template is not None}
    return found, tuple(fault for one in readings for fault in one.faults)

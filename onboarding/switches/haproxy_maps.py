"""HAProxy's maps as lists that requests are picked by, through the runtime API.

The commands are in HAProxy's management guide: `show map`, `add map`, `del map`.
"""

import re
from collections.abc import Mapping

from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.haproxy_runtime import STAYS, Arms
from onboarding.switches.lists import Pick, read_lists, wanted_in
from onboarding.switches.selectors import Selector
from onboarding.switches.state_file import write_whole

PATH = re.compile(r"/[A-Za-z0-9/_.-]+")  # what may stand in a command as a file's name


def read_maps(fields: Fields) -> dict[Pick, str]:
    """The config's `maps`: for each kind the file that haproxy.cfg names; raises BadInput."""
    hint = "the map's file as haproxy.cfg names it, such as /etc/haproxy/turnup-path.map"
    maps = read_lists(fields, "maps", hint)
    for path in maps.values():
        if not PATH.fullmatch(path):
            raise fields.wrong("maps", f"{path!r} is no file's name", hint)
    return maps


def values(arms: Arms, maps: Mapping[Pick, str]) -> dict[Pick, list[str]]:
    """What each map holds. Raises PermanentFault where HAProxy has no such map."""
    found = {}
    for pick, path in maps.items():
        answer = arms.ask(f"show map {path}")
        if "Unknown map" in answer:
            raise PermanentFault(
                f"HAProxy uses no map {path}", hint=f"name it in haproxy.cfg; {STAYS}"
            )
        rows = [line.split() for line in answer.splitlines() if line.strip()]
        if any(len(row) < 2 for row in rows):
            raise PermanentFault(
                f"this is no map: {answer[:80]!r}", hint="is this HAProxy's runtime API?"
            )
        found[pick] = [row[1] for row in rows]
    return found


def changes(
    maps: Mapping[Pick, str], held: Mapping[Pick, list[str]], wanted: Selector | None
) -> list[str]:
    """The commands that make the maps hold `wanted` and nothing else; what stays is not touched."""
    lines = []
    for pick, values in wanted_in(maps, wanted).items():
        path = maps[pick]
        lines += [f"del map {path} {value}" for value in held[pick] if value not in values]
        lines += [f"add map {path} {value} 1" for value in values if value not in held[pick]]
    return lines


def write_maps(maps: Mapping[Pick, str], wanted: Selector | None) -> None:
    """Write the files, from which a reload takes the maps."""
    for pick, values in wanted_in(maps, wanted).items():
        write_whole(maps[pick], "".join(f"{value} 1\n" for value in values))

"""Articles beside something that somebody does or looks at: by its words, its stage, its hostnames."""

import re
from collections.abc import Collection

from sqlalchemy.orm import Session

from onboarding.knowledge.areas import area_of
from onboarding.knowledge.offering import CLEAR, SHOWN
from onboarding.knowledge.readers import Reader
from onboarding.knowledge.search import Hit, Narrow, naming, of_stage, search

MOST = 5
LONGEST = 300  # characters that are looked at
_HOST = re.compile(r"(?<![\w.@-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?![\w-])")


def on(session: Session, reader: Reader, about: str, stage: str = "", area: str = "") -> list[Hit]:
    """Articles that answer the words `about`: those of its area first, none of another stage."""
    area = area or area_of(about)
    hits = search(session, reader, about[:LONGEST], Narrow(("article",), stage), 3 * SHOWN)
    clear = [hit for hit in hits if hit.share >= CLEAR]
    return sorted(clear, key=lambda hit: not area or hit.passage.area != area)[:SHOWN]  # stable


def trouble(
    session: Session, reader: Reader, reason: str, stage: str, hosts: Collection[str]
) -> list[Hit]:
    """Articles for what does not go on by itself: those that name one of its hostnames, or one in
    the `reason`, then those on the reason, then what was written for the stage."""
    names = {*(one.casefold() for one in hosts), *_HOST.findall(reason.casefold())}
    found = naming(session, reader, {*names, *_parents(names)}, SHOWN)
    if reason:
        found += [*on(session, reader, reason, stage), *of_stage(session, reader, stage, SHOWN)]
    return list({hit.passage.id: hit for hit in reversed(found)}.values())[::-1][:MOST]


def _parents(hosts: Collection[str]) -> set[str]:
    """What the hostnames are below of: `shop.example` for `www.shop.example`."""
    above = (one.partition(".")[2] for one in hosts)
    return {one for one in above if "." in one}

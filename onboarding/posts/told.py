"""What is told of cutovers to readers without a page of ours: for feeds and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.posts import queries
from onboarding.posts.reading import own_wordings, text_of


@dataclass(frozen=True)
class Said:
    """One post as its reader sees it; `updated_at` is when it was mended last, else `at`."""

    number: int
    kind: str
    at: datetime
    updated_at: datetime
    text: str


@dataclass(frozen=True)
class Told:
    """A cutover under the name that the reader knows, what it concerns, and its posts, the newest
    first. `state` as in `Cutover`."""

    number: int
    name: str
    components: tuple[str, ...]
    state: str
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    posts: tuple[Said, ...]

    @property
    def updated_at(self) -> datetime:
        """When something of it was said last."""
        return max((one.updated_at for one in self.posts), default=self.created_at)


def to_public(session: Session, language: str = "en") -> list[Told]:
    """What the public hears of, with times in UTC."""
    rows = queries.publics(session)
    return [_told(session, row.cutover, "public", language, "UTC", row.name) for row in rows]


def to_customer(
    session: Session, cutovers: Sequence[Cutover], language: str, zone: str
) -> list[Told]:
    """What a customer hears of their cutovers, in their language and zone."""
    return [_told(session, one, "customer", language, zone, "") for one in cutovers]


def _told(
    session: Session, cutover: Cutover, audience: str, language: str, zone: str, name: str
) -> Told:
    own = own_wordings(session)
    posts = queries.latest(session, cutover.id, audience, 100)
    return Told(
        number=cutover.id,
        name=name or cutover.title,
        components=(name,) if name else tuple(host.name for host in cutover.hostnames),
        state=cutover.state,
        created_at=cutover.created_at,
        starts_at=cutover.starts_at,
        ends_at=cutover.ends_at,
        posts=tuple(
            Said(
                one.number,
                one.kind,
                one.at,
                one.edited_at or one.at,
                text_of(one, cutover.practice, language, zone, own),
            )
            for one in posts
        ),
    )

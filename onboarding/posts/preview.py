"""What a post by hand will look like to each of its readers, before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput
from onboarding.posts.actions import cleaned
from onboarding.posts.fields import LANGUAGES
from onboarding.posts.letters import letter
from onboarding.posts.models import Post, PublicCutover, Subscription
from onboarding.posts.publishing import readers
from onboarding.posts.quiet import due
from onboarding.posts.reading import own_wordings
from onboarding.posts.spoken import moment
from onboarding.posts.wording import say


@dataclass(frozen=True)
class View:
    """A post as one audience sees it: on their page (`at` in their zone), and as a mail. `reach`
    counts addresses by channel, `later` those that get it at an hour of their own."""

    audience: str
    zone: str
    at: str
    text: str
    subject: str
    mail: str
    reach: dict[str, int]
    later: int


def views(
    session: Session, cutover: Cutover, audiences: Sequence[str], text: str, language: str
) -> list[View]:
    """One for each of `audiences`, as its reader of `language` sees it. Raises BadInput."""
    if language not in LANGUAGES:
        raise BadInput("there are no posts in it", place="language", hint=", ".join(LANGUAGES))
    said = cleaned(text)
    return [_view(session, cutover, one, said, language) for one in audiences]


def _view(session: Session, cutover: Cutover, audience: str, text: str, language: str) -> View:
    now = clock.now()
    zone = "UTC" if audience == "public" else cutover.turnup.customer.timezone
    own, facts = own_wordings(session), {"text": text}
    shown_as = session.get(PublicCutover, cutover.id) if audience == "public" else None
    if shown_as is not None:
        facts["name"] = shown_as.name
    shown = say(audience, "post.written", facts, cutover.practice, language, zone, own)
    to = readers(session, cutover, audience)
    reach: dict[str, int] = {}
    for one in to:
        reach[one.channel] = reach.get(one.channel, 0) + 1
    # rows of nothing: never added to the session
    post = Post(id=0, number=0, audience=audience, kind="post.written", at=now, facts=facts)
    reader = Subscription(id=0, scope=cutover.stream, audience=audience, channel="email")
    reader.recipient, reader.language, reader.zone = "reader@example.com", language, zone
    mail = letter("preview", reader, cutover, post, shown)
    return View(
        audience=audience,
        zone=zone,
        at=moment(now, language, zone),
        text=shown,
        subject=mail.subject,
        mail=mail.text,
        reach=reach,
        later=sum(due(now, one.zone, one.quiet, one.digest, post.kind) is not None for one in to),
    )

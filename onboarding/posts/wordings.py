"""An operator's own texts in place of the shipped ones."""

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import NotFound
from onboarding.posts.fields import AUDIENCES, KEYS, LANGUAGES, checked
from onboarding.posts.models import PostWording
from onboarding.posts.phrases import phrases
from onboarding.trail.log import Actor, record


def shipped(audience: str, language: str, key: str) -> str:
    """The text that the product brings. Raises NotFound."""
    if audience not in AUDIENCES or language not in LANGUAGES or key not in KEYS[audience]:
        raise NotFound("There is no such text", hint="choose from the list")
    return phrases(language)[audience][key]


def put(
    session: Session, actor: Actor, audience: str, language: str, key: str, template: str
) -> PostWording | None:
    """Use `template` from the next post on; one like the shipped text, or an empty one, brings that
    back. Raises BadInput for a text that names what this audience may not be told, or what
    is not known when it happens."""
    usual = shipped(audience, language, key)
    assert actor.user_id is not None, "a person words"
    row = session.get(PostWording, (audience, language, key))
    text = checked(audience, key, template) if template.strip() else usual
    said = {"audience": audience, "language": language, "key": key, "shipped": text == usual}
    record(session, "system", "post.worded", actor, said, {"text": text})
    if text == usual:
        if row is not None:
            session.delete(row)
        return None
    if row is None:
        row = PostWording(audience=audience, language=language, key=key)
        session.add(row)
    row.text, row.by, row.at = text, actor.user_id, clock.now()
    return row

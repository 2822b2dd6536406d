"""Signed addresses of subscriptions: who holds one manages it without signing in."""

from itsdangerous import BadSignature, Signer
from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.errors import NotFound
from onboarding.posts.models import Subscription


def token_of(subscription_id: int) -> str:
    """What opens the subscription's page. It is in every letter to its recipient, and nowhere else."""
    return _signer().sign(str(subscription_id)).decode()


def address_of(subscription_id: int) -> str:
    """The subscription's page."""
    return f"{settings().public_url}/subscriptions/{token_of(subscription_id)}"


def by_token(session: Session, token: str) -> Subscription:
    """The subscription that the token opens. Raises NotFound."""
    try:
        number = _signer().unsign(token).decode()
    except BadSignature:
        number = ""
    found = session.get(Subscription, int(number)) if number else None
    if found is None:
        raise NotFound(
            "There is no such subscription", hint="open the link at the end of a message anew"
        )
    return found


def _signer() -> Signer:
    return Signer(settings().key("secret"), salt="subscription")

"""Signed links in messages: a customer's person answers with one press, without signing in."""

from itsdangerous import BadSignature, URLSafeSerializer

from onboarding.config import settings
from onboarding.errors import NotFound, marked


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key("secret"), salt="outreach-answer")


def link(outreach_id: int, user_id: int) -> str:
    """The address at which `user_id` answers. It shows a form: only a POST answers, so that
    whatever looks into mail cannot."""
    token = _signer().dumps([outreach_id, user_id])
    return f"{settings().public_url.rstrip('/')}/outreach/answer/{token}"


def read(token: str) -> tuple[int, int]:
    """(outreach, user) of a link that we made. Raises NotFound for any other."""
    try:
        outreach_id, user_id = _signer().loads(token)
    except BadSignature as forged:
        raise NotFound(
            marked("This link is not one of ours, or it was cut off"),
            hint=marked("open it again from the message, or answer the mail"),
        ) from forged
    return int(outreach_id), int(user_id)

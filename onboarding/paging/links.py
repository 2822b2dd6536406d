"""Signed links in pages and test pages: who may answer what, without signing in."""

from itsdangerous import BadSignature, URLSafeSerializer

from onboarding.config import settings
from onboarding.errors import NotFound


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(settings().key("secret"), salt=f"paging-{purpose}")


def link(purpose: str, row_id: int, user_id: int) -> str:
    """The address at which `user_id` answers the row. It shows a button: only a POST answers, so
    that whatever looks into mail cannot."""
    token = _signer(purpose).dumps([row_id, user_id])
    return f"{settings().public_url.rstrip('/')}/pages/{purpose}/{token}"


def read(purpose: str, token: str) -> tuple[int, int]:
    """(row, user) of a link that we made. Raises NotFound for any other."""
    try:
        row_id, user_id = _signer(purpose).loads(token)
    except BadSignature as forged:
        hint = "open it again from the message, or see /pages"
        raise NotFound("This link is not one of ours, or it was cut off", hint=hint) from forged
    return int(row_id), int(user_id)

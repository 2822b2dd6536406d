"""Who reads, as the request tells."""

import secrets

from flask import session as cookie
from flask_login import current_user

from onboarding.customers.queries import customer_of
from onboarding.db import db
from onboarding.knowledge.readers import ANYBODY, STAFF, Reader

VISITOR = "knowledge_visitor"


def reader() -> Reader:
    """The reader of this request."""
    if not current_user.is_authenticated:
        return ANYBODY
    if current_user.role != "customer":
        return STAFF
    own = customer_of(db.session(), current_user)
    return Reader(customer_id=own.id if own else None)


def asker() -> int | None:
    """The customer for whom this request asks; None for everybody else."""
    return reader().customer_id


def known_as() -> str:
    """Who asks, so that one voice counts once: the user, else this browser by a word that only it
    keeps."""
    if current_user.is_authenticated:
        return f"user:{current_user.id}"
    if VISITOR not in cookie:
        cookie[VISITOR] = secrets.token_urlsafe(12)
    return f"visitor:{cookie[VISITOR]}"

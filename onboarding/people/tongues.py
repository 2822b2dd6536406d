"""The language in which somebody is written to: a customer's own, as far as it is there; your
people are written in English."""

from contextlib import AbstractContextManager

from onboarding.people.models import User
from onboarding.web.language import first_known, speaking


def language_of(user: User) -> str:
    """The code of the language."""
    return (first_known(*user.languages) or "en") if user.role == "customer" else "en"


def speaking_to(user: User) -> AbstractContextManager[str]:
    """While it lasts, words are in the language of `user`."""
    return speaking(language_of(user))

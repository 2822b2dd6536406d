"""Addresses at which somebody answers by mail: `mail_in` with a signed tag that says what about and who.

Such as `turnup+i12-7-0123456789abcdef0123@example.com`. A From can be forged, a tag cannot.
"""

from email.utils import formataddr, parseaddr
from hashlib import blake2b
from hmac import compare_digest

from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.errors import NotAllowed
from onboarding.people.models import User

_SIGNS = 10  # bytes of the signature in an address, 80 bits


def made(kind: str, number: int, user: User) -> str:
    """Where `user` answers about the `number`-th of its `kind` (a word; its first letter stands in
    the address); empty where no mail comes in."""
    said = f"{kind[0]}{number}-{user.id}"
    return tagged(f"{said}-{_signature(kind, said, user)}")


def headers(address: str) -> dict[str, dict[str, str]]:
    """A letter's `extra`: where it is answered."""
    return {"headers": {"Reply-To": formataddr(("Turnup", address))}} if address else {}


def tagged(tag: str) -> str:
    """`mail_in` with `+tag`; empty where no mail comes in."""
    local, _, domain = parseaddr(settings().mail_in)[1].rpartition("@")
    return f"{local}+{tag}@{domain}" if local else ""


def tag_of(address: str) -> str:
    """The tag of an address, in small letters: mail servers may change the case."""
    return address.rpartition("@")[0].partition("+")[2].lower()


def comes_here(address: str) -> bool:
    """Whether mail to it is ours to take: `mail_in`, with or without a tag, or one of
    `mail_aliases`, whatever its case."""
    if address.lower() in settings().mail_aliases.lower().replace(",", " ").split():
        return True
    local, _, domain = settings().mail_in.lower().rpartition("@")
    given, _, at = address.lower().rpartition("@")
    return at == domain and given.partition("+")[0] == local


def ours(address: str) -> bool:
    """Whether it is one of this installation: mail comes here by it, or goes out from it."""
    return comes_here(address) or address.lower() == parseaddr(settings().mail_from)[1].lower()


def opened(session: Session, kind: str, address: str) -> tuple[int, User] | None:
    """(number, user) of an address of this kind that we have given out, None for any other
    address. Raises NotAllowed where one looks like ours and its signature is wrong or run out."""
    tag = tag_of(address)
    parts = tag[1:].split("-")
    if not tag.startswith(kind[0]) or len(parts) != 3 or not all(map(_number, parts[:2])):
        return None
    user = session.get(User, int(parts[1]))
    said = f"{kind[0]}{int(parts[0])}-{int(parts[1])}"
    if user is None or not user.active or not _signed(kind, said, user, parts[2]):
        raise NotAllowed(
            "The address is not one that Turnup has given out, or it has run out",
            hint="answer the newest letter, or use the page",
        )
    return int(parts[0]), user


def _signed(kind: str, said: str, user: User, signature: str) -> bool:
    return compare_digest(_signature(kind, said, user).encode(), signature.encode())


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _signature(kind: str, said: str, user: User) -> str:
    """Hexadecimal, for mail servers may change the case of an address; what ends all sessions of
    a user ends it too."""
    key = settings().key("secret").encode()
    signed = f"{kind}-reply:{said}:{user.session_salt}".encode()
    return blake2b(signed, key=key[:64], digest_size=_SIGNS).hexdigest()

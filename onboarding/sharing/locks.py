"""The two locks that may be on a link: a pass-phrase, and a code that goes to a mail address of
an allowed domain."""

import hashlib
import hmac
import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.errors import BadInput
from onboarding.outbox.actions import post
from onboarding.people.actions import EMAIL
from onboarding.sharing.models import ShareLink
from onboarding.web.language import _, marked

SHORTEST, LONGEST = 8, 200  # characters of a pass-phrase
SLOT_S = 900  # a code works in the quarter of an hour it was made in, and in the next
DOMAIN = re.compile(r"(?=.{4,253}\Z)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
MOST_DOMAINS = 20


def phrase_hash(phrase: str) -> str:
    """What is kept of a pass-phrase; "" for none. Raises BadInput."""
    if not phrase:
        return ""
    if not SHORTEST <= len(phrase) <= LONGEST:
        hint = f"{SHORTEST} to {LONGEST} characters, or none"
        raise BadInput("this pass-phrase does not do", place="phrase", hint=hint)
    return PasswordHasher().hash(phrase)


def allowed_domains(text: str) -> list[str]:
    """The domains named in `text`, with commas or spaces between. Raises BadInput."""
    found = sorted({word.lstrip("@") for word in text.lower().replace(",", " ").split()})
    wrong = [word for word in found if not DOMAIN.fullmatch(word)]
    if wrong or len(found) > MOST_DOMAINS:
        said = f"{wrong[0][:40]!r} is no domain" if wrong else "these are too many domains"
        hint = f"like example.com, at most {MOST_DOMAINS} of them"
        raise BadInput(said, place="domains", hint=hint)
    return found


def check_phrase(link: ShareLink, phrase: str) -> None:
    """Raises BadInput where it is another."""
    try:
        PasswordHasher().verify(link.phrase_hash, phrase[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        raise BadInput(
            marked("This is not the pass-phrase of this page"),
            place="phrase",
            hint=marked("ask whoever gave you the link"),
        ) from None


def send_code(session: Session, key: str, link: ShareLink, email: str) -> None:
    """Mail a code to `email`, where its domain is allowed; where not, nothing goes out, and nothing
    tells the two apart. Raises BadInput where it is no address."""
    address = _address(email)
    if address.rpartition("@")[2] not in link.domains:
        return
    slot = _slot()
    code = _code(key, link, address, slot)
    name = f"share-code:{link.id}:{slot}:{_digest(address)}"
    words = _("It opens the page of your cutover for a quarter of an hour.")
    letter = Letter(name, address, _("Your code for the shared page"), f"{code}\n\n{words}")
    post(session, "email", letter, topic=f"share:{link.id}", urgent=True)


def check_code(key: str, link: ShareLink, email: str, code: str) -> None:
    """Raises BadInput where the code is not the one that was sent to `email` just now."""
    address, slot = _address(email), _slot()
    is_theirs = address.rpartition("@")[2] in link.domains
    digits = "".join(code.split())
    known = [_code(key, link, address, one) for one in (slot, slot - 1)]
    matches = [hmac.compare_digest(one.encode(), digits.encode()) for one in known]
    if not is_theirs or not any(matches):
        raise BadInput(
            marked("This is not the code that we sent"),
            place="code",
            hint=marked("ask for another one"),
        )


def mark(link: ShareLink) -> str:
    """What a browser that was let in carries: of no use once the locks are others."""
    locks = f"{link.token_hash}|{link.phrase_hash}|{','.join(link.domains)}"
    return hashlib.sha256(locks.encode()).hexdigest()[:32]


def _address(email: str) -> str:
    found = email.strip().lower()
    if not EMAIL.fullmatch(found) or len(found) > 254:
        raise BadInput(
            marked("this is not a mail address"), place="email", hint=marked("like ada@example.com")
        )
    return found


def _slot() -> int:
    return int(clock.now().timestamp() // SLOT_S)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _code(key: str, link: ShareLink, address: str, slot: int) -> str:
    """Six digits that follow from address and time: nothing of them needs to be kept."""
    said = f"share-code|{link.id}|{link.token_hash}|{address}|{slot}"
    found = hmac.new(key.encode(), said.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(found[:8]) % 1_000_000:06d}"

"""What the customer's people are written: to confirm an address, and to join their team. Pure; the
texts are marked for translation, and spoken by whoever posts them."""

from datetime import datetime

from onboarding.channels.base import Letter
from onboarding.errors import marked


def to_confirm(key: str, recipient: str, company: str, address: str, until: datetime) -> Letter:
    """The link `address` confirms that `recipient` reads this mail."""
    text = marked(
        "Somebody signed {company} up and gave this address.\n\n"
        "If that was you, confirm it here:\n{address}\n\n"
        "The link works until {until} UTC. You can go on working meanwhile.\n"
        "If it was not you, do nothing: without this link the address is never confirmed.\n",
        company=company,
        address=address,
        until=f"{until:%Y-%m-%d %H:%M}",
    )
    return Letter(key, recipient, marked("Confirm your mail address"), text)


def to_join(
    key: str, recipient: str, company: str, inviter: str, address: str, until: datetime
) -> Letter:
    """The link `address` lets `recipient` choose a name and a password."""
    text = marked(
        "{inviter} asks you to join {company}, whose traffic is about to move.\n\n"
        "Choose a name and a password here:\n{address}\n\n"
        "The link works once, until {until} UTC.\n"
        "If you do not know them, do nothing.\n",
        inviter=inviter,
        company=company,
        address=address,
        until=f"{until:%Y-%m-%d %H:%M}",
    )
    return Letter(key, recipient, marked("Join {company}", company=company), text)

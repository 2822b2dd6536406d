"""What the customer's people are written: to confirm an address, and to join their team. Pure."""

from datetime import datetime

from onboarding.channels.base import Letter


def to_confirm(key: str, recipient: str, company: str, address: str, until: datetime) -> Letter:
    """The link `address` confirms that `recipient` reads this mail."""
    text = (
        f"Somebody signed {company} up and gave this address.\n\n"
        f"If that was you, confirm it here:\n{address}\n\n"
        f"The link works until {until:%d %b %Y %H:%M} UTC. You can go on working meanwhile.\n"
        "If it was not you, do nothing: without this link the address is never confirmed.\n"
    )
    return Letter(key, recipient, "Confirm your mail address", text)


def to_join(
    key: str, recipient: str, company: str, inviter: str, address: str, until: datetime
) -> Letter:
    """The link `address` lets `recipient` choose a name and a password."""
    text = (
        f"{inviter} asks you to join {company}, whose traffic is about to move.\n\n"
        f"Choose a name and a password here:\n{address}\n\n"
        f"The link works once, until {until:%d %b %Y %H:%M} UTC.\n"
        "If you do not know them, do nothing.\n"
    )
    return Letter(key, recipient, f"Join {company}", text)

"""What `turnup up --demo` fills an empty database with."""


def prepare(public_url: str) -> str:
    """The practice vendor's sign-ins and links, as text; made on the first call."""
    return public_url

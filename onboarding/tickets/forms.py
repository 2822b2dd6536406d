"""What the forms of tickets carry beside text: files, and what is chosen."""

from flask import request

from onboarding.errors import BadInput, marked
from onboarding.tickets.clocks import SEVERITIES
from onboarding.tickets.texts import LARGEST_FILE, MOST_FILES, Attachment
from onboarding.web import forms

AT_MOST = marked("{n} at most")
LONGEST_FORM = 400_000  # what is read of a field; `texts.clean` says what a ticket takes


def files(name: str = "files") -> list[Attachment]:
    """The files that were chosen, none larger than a ticket takes. Raises BadInput."""
    given = [file for file in request.files.getlist(name) if file.filename]
    if len(given) > MOST_FILES:
        hint = f"{MOST_FILES} at most"
        raise BadInput(marked("these are too many files"), place=name, hint=hint)
    found = []
    for file in given:
        content = file.stream.read(LARGEST_FILE + 1)
        found.append(Attachment(file.filename or "file", content))
    return found


def severity(default: int | None = None) -> int:
    """How bad it is, 1 to 4; `default` where the form does not ask."""
    if default is not None and not request.form.get("severity"):
        return default
    return int(forms.choice("severity", [str(one) for one in SEVERITIES]))


def text(name: str = "text", *, needed: bool = True) -> str:
    """What was written."""
    return forms.text(name, longest=LONGEST_FORM, needed=needed)


def maybe_number(name: str) -> int | None:
    """The number of a row in the field, or None where it is empty. Raises BadInput."""
    given = forms.text(name, longest=12, needed=False).lstrip("#").removeprefix("T-")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise BadInput("this is no number", place=name, hint="digits, like 12")
    return int(given)

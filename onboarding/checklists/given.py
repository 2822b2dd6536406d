"""What a form gives as evidence for an item."""

from flask import request

from onboarding.checklists.attached import LARGEST, Attached, attached
from onboarding.errors import BadInput, marked
from onboarding.web import forms


def evidence() -> tuple[str, str, Attached | None]:
    """(note, link, file) of the form of this request. Raises BadInput naming the field."""
    return forms.text("note", needed=False), _link(), _file()


def _link() -> str:
    link = forms.text("link", longest=500, needed=False)
    if link and not link.startswith(("https://", "http://")):
        raise BadInput(
            marked("this is no link"), place="link", hint=marked("it begins with https://")
        )
    return link


def _file() -> Attached | None:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    return attached(upload.filename, upload.read(LARGEST + 1))

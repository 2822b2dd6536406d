"""What programs send: whose token it is, a bounded body, and JSON in it."""

import json
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from onboarding.errors import BadInput


def body(largest: int) -> bytes:
    """What was sent, of at most `largest` bytes. Raises RequestEntityTooLarge."""
    request.max_content_length = largest
    given = request.get_data(cache=False)
    if len(given) > largest:
        raise RequestEntityTooLarge
    return given


def json_document(given: bytes, numbers: str = "body") -> Any:
    """`given` as JSON. Raises BadInput with line and column. NaN and infinity are no JSON:
    `numbers` is where they would stand."""

    def no_number(name: str) -> Any:
        raise BadInput(f"{name} is no number", place=numbers, hint="finite numbers only")

    try:
        return json.loads(given, parse_constant=no_number)
    except json.JSONDecodeError as wrong:
        place = f"line {wrong.lineno}, column {wrong.colno}"
        raise BadInput(f"this is no JSON: {wrong.msg}", place=place, hint="send JSON") from wrong
    except (ValueError, RecursionError) as wrong:  # not UTF-8, endless digits, endless nesting
        raise BadInput("this is no JSON", place="body", hint="send JSON in UTF-8, flat") from wrong

"""What JSON columns can hold."""

import json
from typing import Any

import pytest

from onboarding import db


@pytest.mark.parametrize(
    "value", [{"a": [1, 2.5, None]}, {"n": 2**70}, {"s": "\ud800"}, {"é": "😀"}]
)
def test_a_json_column_holds_whatever_json_can_say(value: dict[str, Any]) -> None:
    assert json.loads(db._json(value)) == value


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        db._json({"when": object()})

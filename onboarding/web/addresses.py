"""Numbers in addresses: `<int:…>` stops where the databases' integers do."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """An integer that both databases can look up; a larger one is an address of nothing."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **options})


def init_addresses(app: Flask) -> None:
    """Use it for every `<int:…>`."""
    app.url_map.converters["int"] = RowNumber

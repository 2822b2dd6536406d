"""The files of static/ as browsers fetch them: packed, and kept under an address that changes with
what is in them. Pages are not packed here: what a stranger can put beside a form's token must not
be compressed together with it (BREACH)."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

PACKED = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
YEAR_S = 365 * 24 * 3600


@cache
def _stamp(path: Path) -> str:
    """What is in the file, in a few letters; empty where there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


@cache
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _answer(path: Path) -> Response:
    """The file packed, or that the browser has it."""
    response = Response(_packed(path), mimetype=PACKED[path.suffix])
    response.headers.update({"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
    response.set_etag(f"{_stamp(path)}-gzip")
    response.make_conditional(request)
    return response


def init_files(app: Flask) -> None:
    """Serve `static` so, and give its addresses the mark of what is in the file (`v`)."""
    folder = str(app.static_folder)

    @app.url_defaults
    def mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["v"] = _stamp(Path(folder, values["filename"])) or None

    def serve(filename: str) -> Response:
        path = Path(safe_join(folder, filename) or "")
        packs = request.accept_encodings["gzip"] and path.suffix in PACKED and _stamp(path)
        response = _answer(path) if packs else app.send_static_file(filename)
        if request.args.get("v") == _stamp(path):
            response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
        return response

    app.view_functions["static"] = serve

"""Files of static/ through the door browsers use: packed, kept for good, and new when changed."""

import gzip
import re

from flask.testing import FlaskClient

from onboarding.config import ROOT

PACKED = {"Accept-Encoding": "gzip"}


def test_a_style_sheet_is_packed_and_kept_by_its_mark(client: FlaskClient) -> None:
    page = client.get("/login").text
    found = re.search(r'href="(/static/turnup\.css\?v=(\w{12}))"', page)
    assert found, "pages name the file with the mark of what is in it"
    whole = (ROOT / "static" / "turnup.css").read_bytes()
    answer = client.get(found[1], headers=PACKED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == whole
    assert len(answer.data) < len(whole) / 2
    assert "immutable" in answer.headers["Cache-Control"]
    again = {**PACKED, "If-None-Match": answer.headers["ETag"]}
    assert client.get(found[1], headers=again).status_code == 304
    with client.get(found[1]) as plain:
        assert plain.data == whole, "not everybody unpacks"
    other = client.get("/static/turnup.css?v=000000000000", headers=PACKED)
    assert "immutable" not in other.headers.get("Cache-Control", ""), "a mark of another day"


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    for path in ("/static/none.css", "/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml"):
        assert client.get(path, headers=PACKED).status_code == 404

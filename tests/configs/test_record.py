"""The configuration record through the web: versions, what differs, who agreed to which."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from onboarding.configs import queries
from onboarding.configs.difference import difference
from onboarding.db import db
from tests.cast import Cast
from tests.doors import submit
from tests.stories import Known, browser, customer, kinds

VCL = "sub vcl_recv {\n  set req.grace = 10s;\n}\n"


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def write(app: Flask, who: str, acme: Known, based_on: int = 0, **fields: Any) -> TestResponse:
    given = {"name": "main.vcl", "text": VCL, "note": "first", "based_on": str(based_on), **fields}
    return submit(browser(app, who), f"/turnups/{acme.turnup}/config", given)


def page(app: Flask, who: str, acme: Known, rest: str = "") -> str:
    answer = browser(app, who).get(f"/turnups/{acme.turnup}/config{rest}")
    assert answer.status_code == 200
    return answer.text


def texts(acme: Known) -> dict[str, str]:
    db.session().rollback()
    return queries.texts(queries.latest(db.session(), acme.turnup))


def test_it_grows_in_versions_that_are_held_against_each_other(app: Flask, acme: Known) -> None:
    assert write(app, acme.email, acme, text=VCL.replace("\n", "\r\n")).status_code == 303
    assert (
        write(app, "ann", acme, 1, text=VCL.replace("10s", "1h"), note="longer").status_code == 303
    )
    handed = {
        "name": "",
        "text": "",
        "note": "settings",
        "files": (BytesIO(b"a: 1\n"), "../s.yaml"),
    }
    assert write(app, "ann", acme, 2, **handed).status_code == 303
    assert texts(acme) == {"main.vcl": VCL.replace("10s", "1h"), "s.yaml": "a: 1\n"}

    second = page(app, acme.email, acme, "/2")
    assert '<div class="line-out"><span>-</span>  set req.grace = 10s;</div>' in second
    assert '<div class="line-in"><span>+</span>  set req.grace = 1h;</div>' in second
    assert "<code>s.yaml</code>" not in second
    third = page(app, "ann", acme, "/3?against=1")
    assert "req.grace = 1h" in third
    assert "a: 1" in third
    assert kinds(acme.stream).count("config.version") == 3
    assert write(app, "ann", acme, 3, name="", text="", remove="main.vcl").status_code == 303
    assert texts(acme) == {"s.yaml": "a: 1\n"}
    got = browser(app, acme.email).get(f"/turnups/{acme.turnup}/config/1/files/main.vcl")
    assert (got.text, got.mimetype) == (VCL, "application/octet-stream")
    assert got.headers["Content-Disposition"] == "attachment; filename=main.vcl"


def test_who_wrote_on_top_of_an_older_version_is_told_and_nothing_is_lost(
    app: Flask, acme: Known
) -> None:
    write(app, "ann", acme)
    late = write(app, acme.email, acme, 0, text="mine")
    assert late.status_code == 409
    assert "Version 1 was recorded meanwhile" in late.text
    assert texts(acme) == {"main.vcl": VCL}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "../../etc/passwd"}, "is no name of a file"),
        ({"name": ""}, "the file needs a name"),
        ({"name": "", "text": ""}, "nothing differs from the newest version"),
        ({"note": ""}, "this is needed"),
        ({"text": "x" * 300_000}, "is too large"),
        ({"text": "a\x00b"}, "holds a NUL character"),
        ({"files": b"a\n\xff"}, "b.bin, line 2: this is not UTF-8 text"),
    ],
)
def test_what_cannot_be_recorded_is_told_and_what_was_typed_stays(
    app: Flask, acme: Known, fields: dict[str, Any], said: str
) -> None:
    if "files" in fields:
        fields = {"files": (BytesIO(fields["files"]), "b.bin")}
    refused = write(app, "ann", acme, **fields)
    assert refused.status_code == 422
    assert said in refused.text
    assert fields.get("note", "first") in refused.text
    assert f'href="/turnups/{acme.turnup}/config"' in refused.text
    assert texts(acme) == {}


def test_text_of_a_configuration_is_never_markup(app: Flask, acme: Known) -> None:
    write(app, acme.email, acme, text="<script>alert(1)</script>", note="<b>")
    shown = page(app, "ann", acme)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_each_says_for_themselves_to_which_version_they_agree(app: Flask, acme: Known) -> None:
    write(app, "ann", acme)
    for who in (acme.email, "nina", "nina"):
        path = f"/turnups/{acme.turnup}/config/1/agree"
        assert submit(browser(app, who), path, {}).status_code == 303
    write(app, "ann", acme, 1, text="other")
    assert "Nobody has agreed to this version yet" in page(app, "ann", acme)
    first = page(app, "nina", acme, "/1")
    assert "Cora Acme" in first
    assert "I agree to version" not in first
    db.session().rollback()
    agreed = queries.version(db.session(), acme.turnup, 1).agreements
    assert [one.user.email.partition("@")[0] for one in agreed] == ["cora", "nina"]
    assert kinds(acme.stream).count("config.agreed") == 2
    assert "Nobody has agreed to it yet" in browser(app, "ann").get(f"/turnups/{acme.turnup}").text
    assert "Nobody has agreed to it yet" in browser(app, acme.email).get("/workspace").text


def test_another_customer_sees_and_writes_nothing_of_it(app: Flask, acme: Known) -> None:
    write(app, "ann", acme)
    other = browser(app, customer("Bolt").email)
    for rest in ("", "/1", "/1/files/main.vcl"):
        assert other.get(f"/turnups/{acme.turnup}/config{rest}").status_code == 404
    assert submit(other, f"/turnups/{acme.turnup}/config/1/agree", {}).status_code == 404
    answer = write(app, "cora@bolt.example", acme, 1, text="theirs")
    assert answer.status_code == 404
    assert texts(acme) == {"main.vcl": VCL}


def test_files_that_are_too_long_to_compare_are_only_named() -> None:
    long = "\n".join(["same"] * 6000) + "\n"
    (found,) = difference({"a": long}, {"a": long + "more\n"})
    assert (found.state, found.lines) == ("changed", ())

"""White label: name, logo and colour, for all customers and for one; nothing but a picture is kept."""

import struct
import zlib
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from onboarding.brands.colours import NIGHT, PAPER, contrast, legible, on
from onboarding.brands.models import Brand
from onboarding.db import db
from onboarding.outbox.models import Message
from onboarding.posts import jobs as posts
from tests.cast import Cast
from tests.doors import submit
from tests.sharing.links import path_of
from tests.stories import Known, book, browser, customer

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def piece(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 4, height: int = 2, *, more: bytes = b"", rows: bytes | None = None) -> bytes:
    """A grey picture; `more` are chunks before its data."""
    header = piece(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    packed = zlib.compress(bytes((width + 1) * height) if rows is None else rows)
    return SIGNATURE + header + more + piece(b"IDAT", packed) + piece(b"IEND", b"")


def choose(
    client: FlaskClient, where: str, logo: bytes | None = None, **fields: str
) -> TestResponse:
    given_fields: dict[str, object] = {"name": "", "colour": "", **fields}
    if logo is not None:
        given_fields["logo"] = FileStorage(BytesIO(logo), filename="logo.svg")
    return submit(client, where, given_fields)


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme")


def test_customers_see_the_vendors_brand_and_one_of_them_another(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known
) -> None:
    other = customer("Globex")
    adam, ann = browser(app, "adam"), browser(app, "ann")
    assert choose(adam, "/brand", png(), name="Edge <b>Co", colour="#FFEE00").status_code == 303
    theirs = f"/customers/{acme.customer}/brand"
    assert choose(ann, theirs, name="Acme Edge").status_code == 303
    page, others = client.get(path_of(cast, acme)).text, client.get(path_of(cast, other)).text
    assert 'alt="Acme Edge"' in page
    assert 'alt="Edge &lt;b&gt;Co"' in others
    assert "/brand/ffee00.css" in page
    [digest] = {row.logo_digest for row in db.session().query(Brand) if row.logo_digest}
    logo = client.get(f"/brand/{digest}.png")
    assert (logo.data, logo.mimetype) == (png(), "image/png")
    assert logo.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert logo.headers["X-Content-Type-Options"] == "nosniff"
    tints = client.get("/brand/ffee00.css").text
    assert "--brand: #ffee00; --on-brand: #000000" in tints
    assert choose(adam, "/brand", name="Edge Co", without_logo="yes").status_code == 303
    assert "<bdi>Edge Co</bdi>" in client.get(path_of(cast, other)).text
    assert client.get(f"/brand/{digest}.png").status_code == 404
    assert "brand-band" in adam.get("/brand").text


def test_mail_with_posts_carries_the_brand_to_customers_and_not_to_staff(
    app: Flask, cast: Cast
) -> None:
    bolt = customer("Bolt", manager=cast["ann"])
    choose(browser(app, "adam"), "/brand", name="Edge <b>Co", colour="#ffee00")
    book(cast, bolt)
    posts.follow()
    db.session().rollback()
    mails = db.session().query(Message).filter(Message.topic.like("post:%")).all()
    seen = {mail.recipient: mail.extra.get("html", "") for mail in mails}
    band = '<p style="background:#ffee00;color:#000000;'
    assert band in seen[bolt.email]
    assert "Edge &lt;b&gt;Co</p>" in seen[bolt.email]
    others = [html for recipient, html in seen.items() if recipient.endswith("@vendor.example")]
    assert others
    assert not any("background:" in html for html in others)


def test_only_who_may_chooses(app: Flask, cast: Cast, acme: Known) -> None:
    assert choose(browser(app, "ann"), "/brand", name="Ours").status_code == 403
    assert choose(browser(app, "eve"), f"/customers/{acme.customer}/brand").status_code == 403
    assert choose(browser(app, "ann"), "/customers/99999/brand").status_code == 404


def test_of_a_picture_only_the_picture_is_kept(app: Flask, cast: Cast) -> None:
    text = piece(b"tEXt", b"Comment\0<script>alert(1)</script>")
    given_file = png(more=text) + b"<?php evil"
    assert choose(browser(app, "adam"), "/brand", given_file).status_code == 303
    assert db.session().query(Brand).one().logo == png()


@pytest.mark.parametrize(
    ("logo", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "this is no PNG"),
        (b"GIF89a", "this is no PNG"),
        (SIGNATURE, "the picture is broken"),
        (png()[:-4], "the picture is broken"),
        (png()[:60] + b"!" + png()[61:], "the picture is broken"),
        (png(rows=bytes(3)), "the picture is broken"),
        (png(rows=bytes(50_000_000)), "the picture is broken"),
        (png(2000, 2), "it is 2000 x 2 pixels"),
        (SIGNATURE + piece(b"IHDR", b"short") + piece(b"IEND", b""), "the picture is broken"),
        (png() + bytes(70_000), "the file has"),
    ],
)
def test_what_is_no_logo_is_refused_at_its_field(
    app: Flask, cast: Cast, logo: bytes, why: str
) -> None:
    answer = choose(browser(app, "adam"), "/brand", logo, name="Typed")
    assert (answer.status_code, why in answer.text, 'value="Typed"' in answer.text) == (
        422,
        True,
        True,
    )
    assert db.session().query(Brand).count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "red"),
        ("colour", "#fff"),
        ("colour", "#12345g"),
        ("colour", "#123456;}body{display:none"),
        ("name", "x" * 61),
        ("name", "Edge\u202eoC"),
        ("name", "\U0001f525" * 25_000),
    ],
)
def test_a_name_or_colour_that_cannot_be_shown_is_refused(
    app: Flask, cast: Cast, field: str, value: str
) -> None:
    answer = choose(browser(app, "adam"), "/brand", **{field: value})
    assert (answer.status_code, f'id="{field}-problem"' in answer.text) == (422, True)
    assert db.session().query(Brand).count() == 0


@pytest.mark.parametrize("chosen", ["fff", "12345g", "123456%7D", "..%2Fx"])
def test_a_sheet_of_what_is_no_colour_is_refused(client: FlaskClient, chosen: str) -> None:
    assert client.get(f"/brand/{chosen}.css").status_code in (404, 422)


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_reads_well_where_it_is_used(number: int) -> None:
    tint = f"#{number:06x}"
    assert contrast(on(tint), tint) >= 4.5
    for background in (PAPER, NIGHT):
        assert contrast(legible(tint, background), background) >= 4.5


def test_a_colour_that_reads_well_already_stays_as_it_is() -> None:
    assert legible("#1f6feb", PAPER) == "#1f6feb"
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

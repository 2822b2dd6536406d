"""What is wrong with a customer's traffic history is said in their language: at once, and where a
worker finds it later."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.db import db, transaction
from onboarding.errors import marked, nested
from onboarding.forecasts import intake_jobs
from onboarding.forecasts.traffic_models import Intake
from onboarding.kept_words import pack, unpack
from onboarding.people.models import User
from tests.cast import Cast
from tests.customers.signing import signed_up
from tests.doors import submit
from tests.forecasts.traffic import file, table
from tests.sharing.english import english
from tests.stories import browser

ON_SQLITE = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
READ_AS = {"time": "0", "value": "1", "times": "iso", "unit": "req/s", "zone": "UTC"}
#: Language → what is said of a wrong row, and of a figure that is far too high.
WORDS = {
    "de": (
        "&#39;oops&#39; ist keine Zahl: erwartet wird eine endliche Zahl",
        "Die höchste Stunde läge bei 7.000.000.000 req/s",
    ),
    "fr": (
        "&#39;oops&#39; n\u2019est pas un nombre : un nombre fini",
        "L\u2019heure la plus chargée serait de 7\u202f000\u202f000\u202f000 req/s",
    ),
    "es": (
        "&#39;oops&#39; no es un número: se espera un número finito",
        "La hora más alta sería de 7.000.000.000 req/s",
    ),
    "ja": (
        "&#39;oops&#39; は数値ではありません。0 以上の有限の数値",
        "最も多い 1 時間が 7,000,000,000 req/s になります",
    ),
}


def cora_of(app: Flask, code: str) -> tuple[FlaskClient, int]:
    made = signed_up(app)
    with transaction() as session:
        session.query(User).filter_by(email="cora@acme.example").one().languages = [code]
    return browser(app, "cora@acme.example"), made.turnup


def read(cora: FlaskClient, page: str) -> str:
    """Confirm the file, let a worker read it, and look again."""
    assert submit(cora, f"{page}/confirm", READ_AS).status_code == 303
    db.session.rollback()
    intake_jobs.read(int(page.rpartition("/")[2]))
    return cora.get(page).text


@ON_SQLITE
@pytest.mark.parametrize("code", WORDS)
def test_what_a_worker_found_is_said_in_the_readers_language(
    app: Flask, cast: Cast, code: str
) -> None:
    cora, turnup = cora_of(app, code)
    wrong, too_high = WORDS[code]
    broken = table(48, header="t,a").replace(
        b"\n2026-10-02T00", b"\n2026-10-02T00:00:00Z,oops\n2026-10-02T00"
    )
    high = b"t,a\n" + b"".join(f"2026-10-01T{hour:02}:00:00Z,7e9\n".encode() for hour in range(24))
    for data, expected in ((broken, wrong), (high, too_high)):
        given = {"how": "file", "history": file(data)}
        page = submit(cora, f"/turnups/{turnup}/traffic", given).headers["Location"]
        said = read(cora, page)
        assert f'<html lang="{code}"' in said
        assert expected in said
        assert english(said) == []
    # whoever reads it in another language reads the same in that one
    with transaction() as session:
        session.query(User).filter_by(email="cora@acme.example").one().languages = ["en"]
    assert "would be 7,000,000,000 req/s: more than whole networks" in cora.get(page).text
    kept = db.session.query(Intake).order_by(Intake.id).first()
    assert kept is not None
    assert kept.error == "'oops' is not a number: expected a finite number >= 0, such as 12.5"


REFUSED: tuple[tuple[str, dict[str, object]], ...] = (
    ("traffic", {"how": "file"}),
    ("traffic", {"how": "file", "history": b""}),
    ("traffic", {"how": "file", "history": b"\x00\x01\x02\x03" * 50}),
    ("traffic", {"how": "pasted", "table": "hello\nworld"}),
    ("traffic", {"how": "pasted", "table": "a,b"}),
    ("traffic", {"how": "prometheus", "days": "3", "query": "up", "url": "nowhere"}),
    ("traffic", {"how": "prometheus", "days": "36", "query": "up", "url": "https://p.example"}),
    ("traffic/declared", {"shape": "evening"}),
    ("traffic/declared", {"shape": "evening", "peak": "much"}),
    ("traffic/exclude", {"history": "99"}),
    ("traffic/events", {"kind": "match", "name": "x", "starts_at": "2027-01-01T10:00"}),
    (
        "traffic/events",
        {
            "kind": "growth",
            "name": "x",
            "starts_at": "2027-01-01T10:00",
            "factor": "0.5",
            "rate": 1,
        },
    ),
    ("traffic/facts", {"factor": "0.1"}),
    ("HISTORY", {"history": b"ds,y\n2026-10-01T00:00:00Z,1\n2026-10-01T00:00:00Z,1\n"}),
    ("HISTORY", {"history": b"ds,y\n2026-10-01T00:00:00Z,1\n2026-10-01T01:00:00Z,-4\n"}),
    ("HISTORY", {"history": b"ds,y\n2026-10-01T00:00:00Z,1\n2026-10-01T01:00:00Z,1\n"}),
    ("HISTORY", {"history": b"ds,y\n2026-10-01T00:00:00Z,1\n2026-10-01 01:00,1\n"}),
    ("HISTORY", {}),
)


@ON_SQLITE
def test_what_is_refused_at_once_is_said_in_the_customers_language(app: Flask, cast: Cast) -> None:
    cora, turnup = cora_of(app, "de")
    for number, (path, fields) in enumerate(REFUSED):
        where = f"/workspace/{turnup}/history" if path == "HISTORY" else f"/turnups/{turnup}/{path}"
        given = {k: file(v) if isinstance(v, bytes) else v for k, v in fields.items()}
        answer = submit(cora, where, given)
        assert answer.status_code in (404, 422), (number, answer.status_code)
        assert '<html lang="de"' in answer.text, number
        assert english(answer.text) == [], number


def test_marked_words_are_kept_with_their_values() -> None:
    said = marked("{what}: {hint}", what=nested("a {b"), hint=nested(marked("{n} days", n=3)))
    assert unpack(pack(said)) == said == "a {b: 3 days"
    assert unpack(pack(pack(said))) == pack(said).removeprefix("\x1e")
    assert unpack("as older versions kept it") == "as older versions kept it"

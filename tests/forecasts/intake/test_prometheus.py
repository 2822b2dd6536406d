"""A range query: one series in, everything else refused with what to do."""

from datetime import UTC, datetime

import pytest

from onboarding.errors import BadInput, PassingFault, PermanentFault
from onboarding.forecasts.intake.prometheus import address, fetch, table


def answer(*series: list[list[object]]) -> dict[str, object]:
    result = [{"metric": {}, "values": values} for values in series]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


def test_one_series_becomes_a_table() -> None:
    found = table(answer([[1795453200, "12.5"], [1795453500, "NaN"], [1795453800.0, "13"]]))
    assert found == b"time,value\n1795453200,12.5\n1795453800,13\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer(), "gives nothing"),
        (answer([[1, "2"]], [[1, "2"]]), "gives 2 series"),
        (answer([[1, "NaN"]]), "no number"),
        (answer([[i, "1"] for i in range(11_001)]), "11,001 samples"),
        ({"status": "error", "error": "parse error at char 3"}, "parse error at char 3"),
        ("hello", "no reason"),
        ({"status": "success", "data": {"result": [["up", 1]]}}, "not as Prometheus"),
    ],
)
def test_other_answers_are_refused_at_the_query(given, said: str) -> None:
    with pytest.raises(BadInput, match=said) as wrong:
        table(given)
    assert wrong.value.place in ("query", "url")
    assert wrong.value.hint


@pytest.mark.parametrize(
    ("fault", "place", "hint"),
    [
        (PassingFault("p did not answer within 20 s"), "url", "too heavy"),
        (PermanentFault("p answered more than 8388608 bytes"), "query", "fewer series"),
        (
            PermanentFault("p answered 401: no", hint="correct the credentials"),
            "url",
            "credentials",
        ),
    ],
)
def test_time_outs_and_ten_million_samples_say_what_to_do(fault, place: str, hint: str) -> None:
    def ask(url: str) -> object:
        raise fault

    with pytest.raises(BadInput) as wrong:
        fetch(ask, "https://p.example", table)
    assert wrong.value.place == place
    assert hint in wrong.value.hint


def test_the_address_asks_for_whole_hours_every_five_minutes() -> None:
    url = address("https://p.example/", "up", datetime(2026, 11, 23, 17, 40, tzinfo=UTC), 28)
    assert url.startswith("https://p.example/api/v1/query_range?query=up&start=2026-10-26T17%3A00")
    assert "step=300" in url
    with pytest.raises(BadInput):
        address("file:///etc/passwd", "up", datetime(2026, 11, 23, tzinfo=UTC), 28)

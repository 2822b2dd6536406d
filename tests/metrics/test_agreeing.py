"""Two sources of one cutover: what both tell is counted, what they disagree on is named."""

from datetime import UTC, datetime, timedelta

import pytest

from onboarding.errors import BadInput, PassingFault
from onboarding.metrics.agreeing import AgreeingMetrics, disagreement
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.registry import source

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def seconds(first: int, last: int, requests: int, errors: int = 0, every: int = 1) -> list[Sample]:
    counts = ArmCounts(requests * every, errors * every)
    steps = range(first + every, last + 1, every)
    return [Sample(NOON + timedelta(seconds=at), float(every), counts, None) for at in steps]


class Recorded:
    """A source that gives what was recorded, once."""

    def __init__(self, samples: list[Sample]) -> None:
        self.samples = samples

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        return [one for one in self.samples if since < one.at <= until]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (seconds(0, 30, 100), seconds(0, 30, 103), ""),
        (seconds(0, 30, 100), seconds(0, 30, 100, every=10), ""),
        (
            seconds(0, 30, 100),
            seconds(0, 30, 10),
            "the first counts 3000 requests of the moved arm in 30 s, the second 300",
        ),
        (
            seconds(0, 30, 100, 3),
            seconds(0, 30, 100),
            "the first counts 90 errors of the moved arm in 30 s, the second 0",
        ),
        (seconds(0, 30, 1, 1), seconds(0, 30, 1, 1), ""),
        (seconds(0, 4, 100), seconds(0, 4, 1), ""),
        (seconds(0, 30, 100), seconds(40, 70, 1), ""),
        ([], seconds(0, 30, 1), ""),
    ],
)
def test_what_differs_by_more_than_chance_is_named(
    first: list[Sample], second: list[Sample], said: str
) -> None:
    assert disagreement(first, second) == said


def test_counts_are_given_once_until_they_disagree_and_again_once_they_agree() -> None:
    liar = seconds(0, 10, 100) + seconds(10, 20, 5) + seconds(20, 120, 100)
    one = AgreeingMetrics(Recorded(seconds(0, 120, 100)), Recorded(liar))
    since = NOON
    given, doubts = [], []
    for at in range(1, 121):
        try:
            samples = one.read(since, NOON + timedelta(seconds=at))
        except PassingFault as fault:
            doubts.append((at, fault.line()))
            continue
        given += samples
        since = samples[-1].at if samples else since
    assert doubts[0][0] < 18
    assert "two sources disagree: " in doubts[0][1]
    assert len({sample.at for sample in given}) == len(given)
    assert given[-1].at == NOON + timedelta(seconds=120)
    first_doubt, last_doubt = doubts[0][0], doubts[-1][0]
    missing = {sample.at for sample in given if sample.moved is None}
    doubted = {NOON + timedelta(seconds=at) for at in range(first_doubt, last_doubt + 1)}
    assert missing == doubted


def test_a_second_source_is_checked_by_its_keys() -> None:
    plain = {"url": "https://x.example", "at": "t", "moved": {"requests": "n", "errors": "e"}}
    second = {"kind": "http_json", "url": "https://x.example", "at": "t", "moved": {}}
    with pytest.raises(BadInput) as refused:
        source("http_json", {**plain, "second": second}, feed="cutover:1")
    assert refused.value.place == "metrics.second.moved.requests"
    with pytest.raises(BadInput) as refused:
        source("http_json", {**plain, "second": {"kind": "nonsense"}}, feed="cutover:1")
    assert refused.value.place == "metrics.second.kind"
    for second in ("push", {"kind": "http_json", "second": {}}):  # type: ignore[assignment]
        with pytest.raises(BadInput, match="no single source"):
            source("http_json", {**plain, "second": second}, feed="cutover:1")
    assert isinstance(
        source("http_json", {**plain, "second": {"kind": "http_json", **plain}}, feed="cutover:1"),
        AgreeingMetrics,
    )

"""Access logs as they grow: both formats, rotation, late and broken lines, and where they may lie."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding import config
from onboarding.errors import BadInput, PassingFault, PermanentFault
from onboarding.metrics import log_tail
from onboarding.metrics.base import ArmCounts
from onboarding.metrics.registry import source

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that access logs may be followed in."""
    monkeypatch.setenv("TURNUP_ACCESS_LOGS", f"/var/log/nowhere, {tmp_path}")
    config.settings.cache_clear()
    yield tmp_path
    config.settings.cache_clear()


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def log(path: Path, *requests: tuple[float, int, dict[str, Any]]) -> None:
    """Requests as (second after noon, status, more), one JSON line each."""
    with path.open("a") as lines:
        for second, status, more in requests:
            row = {"time": at(second).isoformat(), "status": status, **more}
            lines.write(json.dumps(row) + "\n")


def follow(path: Path, **more: Any) -> Any:
    given = {"format": "json", "moved": {"path": str(path)}, **more}
    return source("access_log", given, feed="cutover:1")


def moved(samples: Any) -> list[tuple[datetime, ArmCounts]]:
    return [(one.at, one.moved) for one in samples if one.moved]


def test_combined_lines_with_the_time_taken_at_their_end(logs: Path) -> None:
    path = logs / "new.log"
    line = '192.0.2.1 - - [01/Mar/2027:13:00:00 +0100] "GET / HTTP/2" {} 512 "-" "a b" {}\n'
    empty = line.format(502, "2.500").replace(" 512 ", " - ")
    path.write_text(line.format(200, "0.100") + empty)
    one = follow(path, format="combined", took="last", slow=1)
    assert moved(one.read(NOON, at(5))) == [(at(1), ArmCounts(2, 1, 1, bytes=512))]


def test_slow_is_beyond_the_old_paths_p95_and_misses_are_what_the_cache_says(logs: Path) -> None:
    old, new = logs / "old.log", logs / "new.log"
    log(old, *((0, 200, {"took": number, "cache": "HIT"}) for number in range(1, 401)))
    log(new, *((0, 200, {"took": took, "cache": "MISS"}) for took in (379, 380, 381, 9999)))
    one = follow(
        new, control={"path": str(old)}, took="took", took_unit="ms", cache="cache", late=0
    )
    (sample,) = one.read(NOON, at(1))
    assert (sample.moved, sample.control) == (ArmCounts(4, 0, 2, 4), ArmCounts(400, 0, 20, 0))


def test_one_log_for_both_paths(logs: Path) -> None:
    path = logs / "all.log"
    new, old = {"to": {"pool": "new"}, "sent": 7}, {"to": {"pool": "old"}, "sent": 9}
    log(path, (0, 200, new), (0, 500, old))
    one = follow(
        path,
        moved={"path": str(path), "only": {"to.pool": "new"}},
        control={"path": str(path), "only": {"to.pool": "old"}},
        bytes="sent",
    )
    (sample,) = one.read(NOON, at(4))
    assert sample.moved == ArmCounts(1, 0, bytes=7)
    assert sample.control == ArmCounts(1, 1, bytes=9)


def test_a_log_is_followed_through_its_rotation(logs: Path) -> None:
    path = logs / "new.log"
    log(path, (0, 200, {}))
    one = follow(path)
    assert moved(one.read(NOON, at(4))) == [(at(1), ArmCounts(1, 0))]
    log(path, (4, 200, {}))
    path.rename(logs / "new.log.1")
    log(path, (4, 500, {}), (5, 200, {}))
    given = moved(one.read(at(1), at(8)))
    assert given == [(at(5), ArmCounts(2, 1)), (at(6), ArmCounts(1, 0))]


def test_a_log_cut_to_nothing_is_begun_again(logs: Path) -> None:
    path = logs / "new.log"
    log(path, (0, 200, {}), (0, 200, {}))
    one = follow(path)
    one.read(NOON, at(4))
    path.write_text("")
    log(path, (4, 200, {}))
    assert moved(one.read(at(1), at(8))) == [(at(5), ArmCounts(1, 0))]


def test_a_line_written_late_counts_in_the_first_interval_still_open(logs: Path) -> None:
    path = logs / "new.log"
    log(path, (0, 200, {}), (3, 200, {}))
    one = follow(path, late=0)
    assert [when for when, _ in moved(one.read(NOON, at(4)))] == [at(1), at(4)]
    log(path, (1, 500, {}), (4, 200, {}))
    assert moved(one.read(at(4), at(6))) == [(at(5), ArmCounts(2, 1))]


def test_a_line_half_written_is_waited_for(logs: Path) -> None:
    path = logs / "new.log"
    whole = json.dumps({"time": at(0).isoformat(), "status": 200})
    path.write_text(whole[:10])
    one = follow(path)
    assert one.read(NOON, at(1)) == []
    with path.open("a") as lines:
        lines.write(whole[10:] + "\n")
    assert moved(one.read(NOON, at(4))) == [(at(1), ArmCounts(1, 0))]


def test_a_few_broken_lines_are_passed_over_and_many_are_a_fault(logs: Path) -> None:
    path = logs / "new.log"
    log(path, *((0, 200, {}) for _ in range(50)))
    with path.open("a") as lines:
        lines.write("\x00\xff broken\n[]\nnull\n{}\n")
    one = follow(path)
    assert moved(one.read(NOON, at(4))) == [(at(1), ArmCounts(50, 0))]
    with path.open("a") as lines:
        lines.write("another format\n" * 11)
    with pytest.raises(PermanentFault, match=r"11 of 11 new lines .* 'another format"):
        one.read(at(1), at(5))


def test_a_log_that_grows_too_fast_says_so_and_goes_on(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_tail, "MOST", 1 << 20)
    path = logs / "new.log"
    log(path, (0, 200, {}))
    one = follow(path)
    one.read(NOON, at(3))
    with path.open("a") as lines:
        lines.write("x" * (2 << 20))
    with pytest.raises(PassingFault, match="grew by more than 1 MiB"):
        one.read(at(1), at(4))
    with path.open("a") as lines:
        lines.write("\n")
    log(path, (4, 200, {}))
    assert moved(one.read(at(1), at(8))) == [(at(5), ArmCounts(1, 0))]


def test_only_logs_in_the_operators_folders_are_followed(logs: Path, tmp_path: Path) -> None:
    (logs / "sly.log").symlink_to("/etc/passwd")
    for path in (Path("/etc/passwd"), logs / ".." / "x.log", logs / "sly.log"):
        with pytest.raises(PermanentFault, match="no folder that logs may be read from"):
            follow(path).read(NOON, at(1))


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"moved": {"path": "new.log"}}, "metrics.moved.path"),
        ({"format": "w3c"}, "metrics.format"),
        ({"took": "x.y"}, "metrics.took"),
        ({"took_unit": "h"}, "metrics.took_unit"),
        ({"moved": {"path": "/x", "only": {"a": "b"}}}, "metrics.moved.only"),
        ({"moved": {"path": "/x", "only": 3}}, "metrics.moved.only"),
        ({"moved": "/x"}, "metrics.moved"),
    ],
)
def test_what_is_wrong_is_named_by_its_key(given: dict[str, Any], place: str) -> None:
    with pytest.raises(BadInput) as refused:
        source("access_log", {"moved": {"path": "/x"}, **given}, feed="cutover:1")
    assert refused.value.place == place

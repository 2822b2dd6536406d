"""Settings that cannot be, and servers that do not answer: one line, and nothing begun."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.shell import Call, Done, Shell

WRONG = [
    ("TURNUP_SECURE_COOKIES", "maybe", "valid boolean"),
    ("TURNUP_API_ALLOW", "10.0.0.0/99", "is no network"),
    ("TURNUP_ERROR_LIMIT", "2", "less than or equal to 1"),
    ("TURNUP_PROBE_RESOLVERS", "one.one", "is no IP address"),
    ("TURNUP_LOG_LEVEL", "LOUD", "is no level"),
    ("TURNUP_IRC_URL", "irc.example.net", "expected such as ircs://"),
    ("TURNUP_IRC_PREFIX", "#Turn up", "expected # and"),
    ("TURNUP_BRIDGES", "irc telegram", "irc needs TURNUP_IRC_URL as well"),
    ("TURNUP_SLACK_URL", "slack.com", "expected https://"),
    ("DATABASE_URL", "my database", "no address of a server"),
    ("REDIS_URL", "localhost", "no address of a server"),
    ("TURNUP_HOME", "/proc/nothing", "cannot be made"),
]
SERVERS = ("web", "worker", "up")


def test_what_is_wrong_is_named_in_one_line_and_nothing_is_begun(
    tmp_path: Path, redis_url: str, free_port: Callable[[], int]
) -> None:
    shell = Shell(str(tmp_path / "var"), "", redis_url)
    away = {"DATABASE_URL": f"postgresql://127.0.0.1:{free_port()}/turnup"}
    calls = {name: Call(["doctor"], changes={name: value}) for name, value, _ in WRONG}
    calls |= {server: Call([server], changes={"TURNUP_LOG_LEVEL": "LOUD"}) for server in SERVERS}
    calls["users"] = Call(["admin", "users"], changes=away)
    calls["migrate"] = Call(["admin", "migrate"], changes=away)
    calls["look"] = Call(["doctor", "--format", "json"], changes=away)
    done = dict(zip(calls, shell.run(*calls.values()), strict=True))
    for name, _, words in WRONG:
        a_setting_is_named(done[name], name, words)
    for server in SERVERS:
        a_setting_is_named(done[server], "TURNUP_LOG_LEVEL", "is no level")
    for command in ("users", "migrate"):
        (line,) = done[command].err.splitlines()
        assert (done[command].code, done[command].out) == (1, "")
        assert line.startswith("turnup: The database does not answer")
    the_doctor_looks_at_the_rest(done["look"])


def a_setting_is_named(done: Done, name: str, words: str) -> None:
    (line,) = done.err.splitlines()
    assert (done.code, done.out) == (2, "")
    assert line.startswith(f"turnup: {name}: ")
    assert words in line


def the_doctor_looks_at_the_rest(done: Done) -> None:
    found = json.loads(done.out)["checks"]
    faults = {check["check"] for check in found if not check["ok"]}
    assert done.code == 1
    assert {"database", "migrations", "clock"} <= faults
    assert not faults & {"configuration", "redis"}

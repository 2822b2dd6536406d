"""BIND with a zone of the test's own that takes signed updates."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.ports import Ports, listens
from tests.services.programs import find_program, stop, wait_until

SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXMgbG9uZw=="
CONFIGURATION = """
options {{
  directory "{folder}";
  pid-file none;
  session-keyfile none;
  listen-on port {port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  recursion no;
  notify no;
  dnssec-validation no;
}};
controls {{ }};
key "turnup" {{ algorithm hmac-sha256; secret "{secret}"; }};
key "onlooker" {{ algorithm hmac-sha256; secret "{secret}"; }};
zone "example.com" {{
  type primary;
  file "example.com.zone";
  allow-update {{ key "turnup"; }};
}};
"""
ZONE = """$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
{records}
"""


@contextmanager
def running_bind(
    free_port: Ports, folder: Path, addresses: Sequence[str], ttl: int = 120
) -> Iterator[int]:
    """One with the zone example.com, in which www is at `addresses` for `ttl` seconds; yields its port."""
    program = find_program("named", package="bind9")
    port = free_port.with_udp()
    records = "\n".join(f"www {ttl} A {address}" for address in addresses)
    (folder / "example.com.zone").write_text(ZONE.format(records=records))
    configuration = folder / "named.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, secret=SECRET))
    log_path = folder / "named.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [program, "-g", "-n", "1", "-c", str(configuration)], stdout=log, stderr=log
        )

    def ready() -> bool:
        if process.poll() is not None:
            pytest.fail(f"BIND ended at once:\n{log_path.read_text()}")
        return listens(port)

    try:
        wait_until(ready, "BIND answers")
        yield port
    finally:
        stop(process)

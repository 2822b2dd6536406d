"""PowerDNS with an SQLite zone of the test's own."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

import pytest

from tests.services.ports import Ports, listens
from tests.services.programs import find_program, stop, unavailable, wait_until

SCHEMAS = (
    "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql",
    "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql",
    "/usr/share/doc/pdns/schema.sqlite3.sql",
)
CONFIGURATION = """
launch=gsqlite3
gsqlite3-database={folder}/zones.db
local-address=127.0.0.1
local-port={dns}
socket-dir={folder}
webserver=yes
webserver-address=127.0.0.1
webserver-port={api}
api=yes
api-key={key}
enable-lua-records={lua}
cache-ttl=0
query-cache-ttl=0
zone-cache-refresh-interval=0
"""
RECORDS = (
    ("example.com", "SOA", "ns1.example.com admin.example.com 1 3600 600 86400 60", 60),
    ("example.com", "NS", "ns1.example.com", 60),
    ("www.example.com", "A", "192.0.2.1", 120),
)
API_KEY = "a key of the tests"


class PowerDNS:
    """Where it listens: `api` (URL) and `dns` (port)."""

    def __init__(self, api: int, dns: int) -> None:
        self.api = f"http://127.0.0.1:{api}"
        self.dns = dns


@contextmanager
def running_pdns(free_port: Ports, folder: Path, lua: str = "yes") -> Iterator[PowerDNS]:
    """One with the zone example.com, in which www is at 192.0.2.1 (the old path)."""
    program = find_program("pdns_server", package="pdns-server")
    schemas = [path for pattern in SCHEMAS for path in glob(pattern)]
    if not schemas:
        unavailable("no SQLite backend of PowerDNS: install the package pdns-backend-sqlite3")
    with sqlite3.connect(folder / "zones.db") as connection:
        connection.executescript(Path(schemas[0]).read_text())
        connection.execute(
            "INSERT INTO domains (id, name, type) VALUES (1, 'example.com', 'NATIVE')"
        )
        connection.executemany(
            "INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled, auth) "
            "VALUES (1, ?, ?, ?, ?, 0, 0, 1)",
            RECORDS,
        )
    connection.close()
    api, dns = free_port(), free_port.with_udp()
    (folder / "pdns.conf").write_text(
        CONFIGURATION.format(folder=folder, dns=dns, api=api, key=API_KEY, lua=lua)
    )
    with (folder / "pdns.log").open("wb") as log:
        process = subprocess.Popen(
            [program, f"--config-dir={folder}", "--daemon=no", "--guardian=no"],
            stdout=log,
            stderr=log,
        )

    def ready() -> bool:
        if process.poll() is not None:
            pytest.fail(f"PowerDNS ended at once:\n{(folder / 'pdns.log').read_text()}")
        return listens(api) and listens(dns)

    try:
        wait_until(ready, "PowerDNS answers")
        yield PowerDNS(api, dns)
    finally:
        stop(process)

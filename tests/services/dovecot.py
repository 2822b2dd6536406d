"""Dovecot with one mailbox, on a folder of its own; no user of the machine is involved."""

import grp
import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.ports import Ports, listens
from tests.services.programs import find_program, stop, wait_until

PASSWORD = "a-long-password"
CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
mail_location = maildir:{folder}/mail
"""


@dataclass
class Box:
    """One mailbox of `turnup`, and what a mail server does with it."""

    port: int

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.login("turnup", PASSWORD)
        client.select("INBOX")
        return client

    def deliver(self, raw: bytes, flags: str = "") -> None:
        with self.client() as client:
            kind, said = client.append("INBOX", flags, "", raw)  # type: ignore[arg-type]
            assert kind == "OK", said

    def unseen(self) -> int:
        """How many mails nobody has marked as seen."""
        with self.client() as client:
            return len(client.search(None, "UNSEEN")[1][0].split())


@contextmanager
def running_dovecot(free_port: Ports) -> Iterator[Box]:
    """One on a free port. As root it runs as `nobody`, outside pytest's own folder, for it keeps
    no mail of root's."""
    program = find_program("dovecot", package="dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="dovecot"))
    mine = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    other = {"user": mine.pw_uid, "group": mine.pw_gid, "extra_groups": []}
    os.chown(folder, mine.pw_uid, mine.pw_gid)
    port = free_port()
    names = {"user": mine.pw_name, "group": grp.getgrgid(mine.pw_gid).gr_name}
    ids = {"uid": mine.pw_uid, "gid": mine.pw_gid}
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=port, password=PASSWORD, **names, **ids)
    )
    process = subprocess.Popen(
        [program, "-F", "-c", str(configuration)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **(other if os.getuid() == 0 else {}),  # type: ignore[call-overload]
    )

    def ready() -> bool:
        if process.poll() is not None:
            log = folder / "log"
            pytest.fail(f"Dovecot ended at once:\n{log.read_text() if log.exists() else ''}")
        return listens(port)

    try:
        wait_until(ready, "Dovecot answers")
        yield Box(port)
    finally:
        stop(process)
        shutil.rmtree(folder, ignore_errors=True)

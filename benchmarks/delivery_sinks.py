"""The far side of benchmarks/delivery.py: a mail server and a web server that tell what came."""

import asyncio
import time
from email import message_from_bytes
from multiprocessing.connection import Connection

from aiosmtpd.smtp import SMTP, Envelope, Session

HANGS_S = 30.0


class Box:
    """Takes every mail; its key is told by its Message-ID alone, so the text carries none."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content)["Message-ID"]
        self.pipe.send((str(found), time.time(), "email"))
        return "250 OK"


async def _web(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pipe: Connection
) -> None:
    """HTTP/1.1 as far as webhooks need it, connections kept."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            await reader.readexactly(int(headers.get("content-length", 0)))
            if "/hang" in lines[0]:
                await asyncio.sleep(HANGS_S)
            pipe.send((headers["idempotency-key"], time.time(), "webhook"))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _serve(mail: int, web: int, pipe: Connection) -> None:
    loop = asyncio.get_running_loop()
    box = Box(pipe)
    await loop.create_server(lambda: SMTP(box, enable_SMTPUTF8=True), "127.0.0.1", mail)
    await asyncio.start_server(lambda r, w: _web(r, w, pipe), "127.0.0.1", web, limit=2**20)
    pipe.send("ready")
    await asyncio.Event().wait()


def serve(mail: int, web: int, pipe: Connection) -> None:
    """Serve until the process is ended."""
    asyncio.run(_serve(mail, web, pipe))

"""A Prometheus to ask: a real server on this machine that answers range queries, or badly."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

Span = tuple[datetime, datetime]


class FarSide:
    """`rate` gives the sample at a time (None: there is none), `behind` how late scrapes are, `status`
    what it answers with, `broken` what is wrong with the answer. `asked` is what it was asked for."""

    def __init__(self) -> None:
        self.rate: Callable[[datetime], float | None] = lambda at: 1.0
        self.behind = timedelta()
        self.status = 200
        self.broken = ""
        self.asked: list[tuple[str, Span]] = []
        self.sent = 0  # bytes of an answer without end
        self.over = threading.Event()
        far = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if far.broken == "slow":
                    far.over.wait(5)
                if far.broken == "endless":
                    far.tell_without_end(self)
                    return
                body = far.answer(parse_qs(urlsplit(self.path).query))
                self.send_response(far.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "FarSide":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def tell_without_end(self, handler: BaseHTTPRequestHandler) -> None:
        """Ten million samples, until nobody listens."""
        handler.send_response(200)
        handler.end_headers()
        piece = b'[1795453200,"12.5"],' * 5000
        head = b'{"status":"success","data":{"result":[{"metric":{},"values":['
        try:
            handler.wfile.write(head)
            for _ in range(2000):
                handler.wfile.write(piece)
                self.sent += len(piece)
        except OSError:
            handler.close_connection = True

    def answer(self, asked: dict[str, list[str]]) -> bytes:
        """The body for a query."""
        start, end = (datetime.fromisoformat(asked[name][0]) for name in ("start", "end"))
        step = timedelta(seconds=float(asked["step"][0]))
        self.asked.append((asked["step"][0], (start, end)))
        series = [{"metric": {}, "values": self._values(start, end, step)}]
        if self.broken == "page":
            return b"<html>hello"
        if self.broken == "error":
            return json.dumps({"status": "error", "error": "parse error"}).encode()
        if self.broken == "huge":
            return b'{"pad":"' + b"1" * 9 * 2**20 + b'"}'
        if self.broken == "series":
            series *= 2
        return json.dumps({"status": "success", "data": {"result": series}}).encode()

    def _values(self, start: datetime, end: datetime, step: timedelta) -> list[list[object]]:
        values: list[list[object]] = []
        at = start.astimezone(UTC)
        last = end - self.behind if self.behind else end
        while at <= last:
            rate = -1.0 if self.broken == "negative" else self.rate(at)
            if rate is not None:
                values.append([at.timestamp(), str(rate)])
            at += step
        return values

"""A name server on a loopback port: authoritative for what a test says, and following CNAMEs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dnslib
from dnslib.server import BaseResolver, DNSLogger, DNSServer

ADDRESS = "127.0.0.53"  # the ports of 127.0.0.1 are reserved by a UDP socket
Answers = list[str] | Callable[[], list[str]]


class Names(BaseResolver):
    """Serves `example.test`; `publish("www", "A", "127.0.0.1")` adds records below it.

    Records are written as in a zone file. A callable is asked anew for every query. `asked` lists
    all queries as (name, type).
    """

    zone = "example.test"

    def __init__(self, port: int) -> None:
        self.port = port
        self.records: dict[tuple[str, str], tuple[int, Answers]] = {}
        self.kept: dict[tuple[str, str], tuple[int, Answers]] = {}
        self.asked: list[tuple[str, str]] = []
        self.silent = False
        self.authoritative = True
        self.publish("@", "SOA", "ns hostmaster 1 3600 600 86400 60")
        self.publish("@", "NS", "ns.example.test.")
        self.publish("ns", "A", ADDRESS)

    def publish(self, label: str, kind: str, *values: str, ttl: int = 60) -> str:
        """Set the records of `kind` at a name; the name in full."""
        return self.publish_changing(label, kind, list(values), ttl=ttl)

    def remember(self, label: str, kind: str, *values: str, ttl: int = 60) -> None:
        """What whoever asks for recursion is told of a name, as a cache that has not forgotten yet:
        of no other kind either, so that it may be an alias."""
        self.kept[self.zone if label == "@" else f"{label}.{self.zone}", kind] = ttl, list(values)

    def publish_changing(self, label: str, kind: str, answers: Answers, ttl: int = 60) -> str:
        """As `publish`, with answers that are made for each query."""
        name = self.zone if label == "@" else f"{label}.{self.zone}"
        self.records[name, kind] = ttl, answers
        return name

    def resolve(self, request: dnslib.DNSRecord, handler: object) -> dnslib.DNSRecord:
        reply = request.reply(aa=self.authoritative)
        name, kind = str(request.q.qname).rstrip(".").lower(), dnslib.QTYPE[request.q.qtype]
        self.asked.append((name, kind))
        if self.silent:
            reply.header.rcode = dnslib.RCODE.SERVFAIL
            return reply
        told = {**self.records, **(self.kept if request.header.rd else {})}
        for _ in range(5):
            found = told.get((name, kind))
            alias = told.get((name, "CNAME"))
            if found or not alias:
                break
            self._add(reply, name, "CNAME", *alias)
            name = str(reply.rr[-1].rdata).rstrip(".").lower()
        if found:
            self._add(reply, name, kind, *found)
        elif not any(known == name for known, _ in self.records):
            reply.header.rcode = dnslib.RCODE.NXDOMAIN
        return reply

    def _add(
        self, reply: dnslib.DNSRecord, name: str, kind: str, ttl: int, answers: Answers
    ) -> None:
        for value in answers() if callable(answers) else answers:
            reply.add_answer(*dnslib.RR.fromZone(f"{name}. {ttl} IN {kind} {value}"))


@contextmanager
def running_names(port: int) -> Iterator[Names]:
    """Start it on UDP and TCP; stop it at the end."""
    names = Names(port)
    quiet = DNSLogger("-request,-reply,-truncated,-error,-recv,-send,-data")
    servers = [
        DNSServer(names, port=port, address=ADDRESS, tcp=tcp, logger=quiet).server
        for tcp in (False, True)
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield names
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()

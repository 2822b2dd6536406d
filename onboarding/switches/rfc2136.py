"""DNS updates (RFC 2136) signed with TSIG (RFC 8945), for BIND and whoever else takes them.

Plain DNS knows no weights: a share is how many of the answers are addresses of the new path. So
the shares this switch can do follow from how many addresses each arm has; others it refuses.
"""

import socket
from collections.abc import Mapping
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.tsigkeyring
import dns.update

from onboarding.errors import PassingFault, PermanentFault
from onboarding.fields import Fields
from onboarding.switches.answers import Note, in_effect_at, next_note, read_answers
from onboarding.switches.base import (
    NEAR,
    Ability,
    KeysSeen,
    Position,
    checked_share,
    refuse_selector,
)
from onboarding.switches.selectors import Selector
from onboarding.vault import secret

STAYS = "the traffic stays as it is"
ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")


class DNSUpdateSwitch:
    """Config: `server` (host or host:port of the primary), `key` (TSIG key's name), `secret` (name
    of its secret, base64), `algorithm` (default hmac-sha256), `zone`, `name`, `type` (A or AAAA),
    `ttl`, `moved` and `control` (addresses), `other_type`, `timeout`. Beside the name it writes a TXT record
    `_turnup.<name>`, which says until when resolvers may have former answers.
    """

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        fields = Fields(config, "switch")
        server = fields.text("server", "the primary, such as 192.0.2.53 or ns1.example.com:53")
        self.host, self.port = _host_port(fields, server)
        name = fields.text("key", "the TSIG key's name in named.conf")
        self.algorithm = fields.text("algorithm", ", ".join(ALGORITHMS), default="hmac-sha256")
        if self.algorithm not in ALGORITHMS:
            raise fields.wrong(
                "algorithm", f"{self.algorithm!r} is not done", ", ".join(ALGORITHMS)
            )
        shared = secret(fields.get("secret"), "switch.secret")
        try:
            self.keyring = dns.tsigkeyring.from_text({name: (self.algorithm, shared)})
        except (ValueError, dns.exception.DNSException) as wrong:
            raise fields.wrong("secret", "the secret is no base64", "as in named.conf") from wrong
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=3)
        self.answers = read_answers(fields)
        fields.done()
        self.note_name = f"_turnup.{self.answers.name}"
        delay, shares = float(self.answers.ttl), tuple(sorted(self.shares()))
        self.ability = Ability(smallest_step=NEAR, delay_s=delay, shares=shares)
        self.keys = KeysSeen()

    def read(self) -> Position:
        addresses, ttl = self._addresses()
        told = {"answers": addresses, "ttl": ttl}
        share = round(self._share(addresses), 1)
        return Position(share, in_effect_at=in_effect_at(self._note()), told=told)

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        refuse_selector(self.ability, selector)
        addresses = self._chosen(checked_share(share))
        (_, old_ttl), before = self._addresses(), self._note()
        if key in self.keys or (before is not None and before.key == key):
            return
        note = next_note(key, before, max(old_ttl, self.answers.ttl))
        update = dns.update.UpdateMessage(self.answers.zone)
        update.replace(
            dns.name.from_text(self.answers.name), self.answers.ttl, self.answers.type, *addresses
        )
        quoted = '"' + note.text().replace("\\", "\\\\").replace('"', '\\"') + '"'
        update.replace(dns.name.from_text(self.note_name), self.answers.ttl, "TXT", quoted)
        self._ask(update)
        self.keys.add(key)

    def check(self) -> None:
        """That the answers belong to the arms and are the name's only addresses, and that an update
        that changes nothing is taken."""
        self._share(self._addresses()[0])
        other = self._look_up(self.answers.name, self.answers.other)
        self.answers.check_other(sorted(record.to_text() for record in other or ()))
        update = dns.update.UpdateMessage(self.answers.zone)
        update.present(dns.name.from_text(self.answers.name))
        self._ask(update)

    def shares(self) -> dict[float, tuple[int, int]]:
        """Every share that can be done, and how many addresses of each arm make it: the most."""
        found: dict[float, tuple[int, int]] = {}
        for moved in range(len(self.answers.moved) + 1):
            for control in range(len(self.answers.control) + 1):
                if moved + control:
                    found[100 * moved / (moved + control)] = (moved, control)
        return found

    def _chosen(self, share: float) -> list[str]:
        shares = self.shares()
        nearest = self.ability.nearest(share)
        if not self.ability.can_do(share):
            can = ", ".join(f"{one:.3g}" for one in sorted(shares))
            raise PermanentFault(
                f"{share:g} percent cannot be made of {len(self.answers.moved)} new and "
                f"{len(self.answers.control)} old addresses",
                hint=f"plan with {can}, or add addresses; {STAYS}",
            )
        moved, control = shares[nearest]
        return [*self.answers.moved[:moved], *self.answers.control[:control]]

    def _share(self, addresses: list[str]) -> float:
        moved = set(self.answers.moved)
        if strangers := sorted(set(addresses) - moved - set(self.answers.control)):
            raise PermanentFault(
                f"{self.answers.name} answers with {strangers[0]}, which is in neither arm",
                hint="name it in switch.moved or switch.control",
            )
        return 100 * sum(address in moved for address in addresses) / len(addresses)

    def _addresses(self) -> tuple[list[str], int]:
        """What the primary answers for the name, and its TTL."""
        rrset = self._look_up(self.answers.name, self.answers.type)
        if rrset is None:
            raise PermanentFault(
                f"{self.answers.name} has no {self.answers.type} record at {self.host}",
                hint=f"give it its present addresses first; {STAYS}",
            )
        return sorted(record.to_text() for record in rrset), rrset.ttl

    def _note(self) -> Note | None:
        rrset = self._look_up(self.note_name, "TXT")
        for record in rrset or ():
            if note := Note.read(b"".join(record.strings).decode("utf-8", "replace")):
                return note
        return None

    def _look_up(self, name: str, kind: str) -> dns.rrset.RRset | None:
        query = dns.message.make_query(name, kind)
        query.flags &= ~dns.flags.RD
        answer = self._ask(query)
        if not answer.flags & dns.flags.AA:
            raise PermanentFault(
                f"{self.host} does not speak for {self.answers.zone}", hint="name the primary"
            )
        kind_code = dns.rdatatype.from_text(kind)
        return answer.get_rrset(
            answer.answer, query.question[0].name, query.question[0].rdclass, kind_code
        )

    def _ask(self, message: dns.message.Message) -> dns.message.Message:
        """The primary's signed answer. Raises PassingFault or PermanentFault."""
        message.use_tsig(self.keyring)
        try:
            address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][4][0]
            answer = dns.query.tcp(message, str(address), timeout=self.timeout, port=self.port)
        except dns.exception.Timeout as late:
            raise PassingFault(
                f"{self.host} did not answer within {self.timeout:g} s",
                hint="whether it did what it was told shows when it is read",
            ) from late
        except (OSError, EOFError) as away:
            raise PassingFault(
                f"{self.host} cannot be reached: {str(away) or 'it hung up'}",
                hint="see that it runs and listens on TCP, and that switch.server is right",
            ) from away
        except (dns.tsig.PeerError, dns.tsig.BadSignature, dns.tsig.BadTime) as wrong:
            raise PermanentFault(
                f"{self.host} and Turnup do not agree on the TSIG key: {wrong}",
                hint="compare key, secret, algorithm and both clocks",
            ) from wrong
        except dns.exception.DNSException as wrong:
            raise PermanentFault(
                f"{self.host} answers what is no DNS, or is not signed: {wrong}",
                hint="correct switch.server",
            ) from wrong
        return self._judged(answer)

    def _judged(self, answer: dns.message.Message) -> dns.message.Message:
        code = answer.rcode()
        if code in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN) and answer.had_tsig:
            return answer
        said = f"{self.host} refused: {dns.rcode.to_text(code)}"
        if code == dns.rcode.SERVFAIL:
            raise PassingFault(said, hint=f"see its log; {STAYS}")
        raise PermanentFault(
            said, hint=f"let the key update {self.answers.zone} (update-policy); {STAYS}"
        )


def _host_port(fields: Fields, server: str) -> tuple[str, int]:
    host, colon, port = server.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        return server.strip("[]"), 53
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise fields.wrong("server", f"{port!r} is no port", "1 to 65535")
    return host.strip("[]"), int(port)

"""Probes of TLS: names, days and trust of the certificate, versions offered."""

import ssl
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from onboarding import clock
from onboarding.addresses import Address
from onboarding.checklists.probing.dialer import trusting, unverified
from onboarding.checklists.probing.fetch import tls_fault
from onboarding.checklists.probing.limits import Budget, Deadline
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.seen import NotSeen, Seen, failed, listed, passed, shown, unknown
from onboarding.checklists.probing.target import Target
from onboarding.checklists.probing.wanted import At, DaysLeft, Tls
from onboarding.errors import marked

VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
# What a certificate's date decides has a probe of its own (X509_V_ERR_CERT_…).
_NOT_YET_VALID, _EXPIRED = 9, 10


@dataclass(frozen=True)
class _Place:
    """Where handshakes of one look go: looked up once."""

    network: Network
    deadline: Deadline
    name: str
    at: str
    addresses: tuple[Address, ...]

    @classmethod
    def of(cls, target: Target, network: Network) -> "_Place":
        deadline = network.deadline()
        at = target.reached_at(target.name)
        return cls(network, deadline, target.name, at, network.resolver.addresses(at, deadline))

    def handshake(self, context: ssl.SSLContext) -> tuple[str, bytes]:
        """The version agreed on and the certificate shown (DER). Raises ssl.SSLError, NotSeen."""
        budget = Budget(self.deadline, self.network.limits.header_bytes)
        plain = self.network.connect(self.addresses, self.network.https, self.at, budget)
        try:
            with self.network.secure(plain, self.name, context) as secure:
                shown_ = secure.getpeercert(binary_form=True) or b""
                return (secure.version() or "").removeprefix("TLSv"), shown_
        except TimeoutError as wrong:
            raise self.deadline.passed() from wrong

    def certificate(self) -> x509.Certificate:
        """The certificate shown for the name, valid or not. Raises NotSeen."""
        try:
            return x509.load_der_x509_certificate(self.handshake(unverified())[1])
        except ssl.SSLError as wrong:
            raise tls_fault(wrong, self.name) from wrong
        except OSError as wrong:
            raise _closed(self.name) from wrong
        except ValueError as wrong:
            hint = marked("install a certificate that follows the standard")
            raise NotSeen(
                marked("the certificate for {name} cannot be read", name=self.name), hint=hint
            ) from wrong


def certificate_names(target: Target, wanted: At, network: Network) -> Seen:
    """The certificate shown is for the name and comes from a CA that browsers trust."""
    place = _Place.of(target, network)
    certificate = place.certificate()
    names = _names(certificate)
    issuer = shown(certificate.issuer.rfc4514_string())
    details = {"names": [shown(name) for name in names[:50]], "issuer": issuer}
    if not any(covers(name, target.hostname) for name in names):
        return failed(
            _for_another(target.hostname, names),
            marked("install a certificate that names {name}", name=target.hostname),
            **details,
        )
    distrust = _distrust(place)
    if distrust:
        return failed(
            marked(
                "browsers do not trust the certificate for {name}: {why}",
                name=target.hostname,
                why=distrust,
            ),
            marked("install the certificate with its whole chain, from a public CA"),
            **details,
        )
    saw = marked("the certificate for {name} is from {issuer}", name=target.hostname, issuer=issuer)
    return passed(saw, **details)


def _for_another(hostname: str, names: list[str]) -> str:
    if not names:
        return marked("the certificate shown for {name} is for no name", name=hostname)
    return marked(
        "the certificate shown for {name} is for {names}",
        name=hostname,
        names=listed([shown(one) for one in names]),
    )


def certificate_days_left(target: Target, wanted: DaysLeft, network: Network) -> Seen:
    """The certificate shown is valid now and has at least so many days left."""
    certificate = _Place.of(target, network).certificate()
    now = clock.now()
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    details = {"not_before": clock.iso(begins), "not_after": clock.iso(ends)}
    name = target.name
    if begins > now:
        saw = marked(
            "the certificate for {name} is valid from {at} only", name=name, at=clock.iso(begins)
        )
        return failed(saw, marked("replace it"), **details)
    if ends <= now:
        saw = marked("the certificate for {name} ended on {at}", name=name, at=clock.iso(ends))
        return failed(saw, marked("renew and install it now"), **details)
    days = (ends - now).days
    # The day and not the number of days left: what was seen changes when the certificate does.
    if days < wanted.days:
        fix = marked("renew and install it; at least {n} days should be left", n=wanted.days)
        saw = marked(
            "the certificate for {name} ends on {day}, too soon", name=name, day=str(ends.date())
        )
        return failed(saw, fix, **details)
    saw = marked("the certificate for {name} is valid until {day}", name=name, day=str(ends.date()))
    return passed(saw, **details)


def tls_version(target: Target, wanted: Tls, network: Network) -> Seen:
    """TLS of at least this version is spoken, and every older one refused."""
    place = _Place.of(target, network)
    try:
        best = place.handshake(unverified())[0]
    except ssl.SSLError as wrong:
        raise tls_fault(wrong, target.name) from wrong
    except OSError as wrong:
        raise _closed(target.name) from wrong
    if best < wanted.at_least:
        return failed(
            marked("{name} speaks TLS {best} at best", name=target.name, best=best),
            marked("enable TLS {version}", version=wanted.at_least),
            best=best,
        )
    older = [name for name in VERSIONS if name < wanted.at_least]
    taken = {name: _takes(place, name) for name in older}
    weak = [name for name, takes in taken.items() if takes]
    if weak:
        return failed(
            marked("{name} still takes TLS {versions}", name=target.name, versions=listed(weak)),
            marked("set the lowest TLS version to {version}", version=wanted.at_least),
            best=best,
            taken=weak,
        )
    untried = [name for name, takes in taken.items() if takes is None]
    if untried:
        saw = marked(
            "{name} speaks TLS {best}; we could not offer {versions}",
            name=target.name,
            best=best,
            versions=listed(untried),
        )
        fix = marked("the vendor sees to the OpenSSL of the machine that runs probes")
        return unknown(saw, fix)
    saw = marked(
        "{name} speaks TLS {best} and nothing below {version}",
        name=target.name,
        best=best,
        version=wanted.at_least,
    )
    return passed(saw, best=best)


def _takes(place: _Place, version: str) -> bool | None:
    """Whether a handshake with only this version comes about; None where we cannot offer it."""
    try:
        context = unverified(VERSIONS[version])
        place.handshake(context)
    except ssl.SSLError as wrong:
        return None if wrong.reason in ("NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE") else False
    except ConnectionError:
        return False
    return True


def _distrust(place: _Place) -> str:
    """Why browsers would not trust the chain; "" where they do, or only its dates are wrong."""
    try:
        place.handshake(trusting(place.network.authorities, any_name=True))
    except ssl.SSLCertVerificationError as wrong:
        return "" if wrong.verify_code in (_NOT_YET_VALID, _EXPIRED) else wrong.verify_message
    except ssl.SSLError as wrong:
        raise tls_fault(wrong, place.name) from wrong
    except OSError as wrong:
        raise _closed(place.name) from wrong
    return ""


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    except (x509.ExtensionNotFound, ValueError):
        return []
    assert isinstance(found.value, x509.SubjectAlternativeName)
    return found.value.get_values_for_type(x509.DNSName)


def covers(pattern: str, hostname: str) -> bool:
    """Whether a name in a certificate is good for a hostname: equal, or `*` for exactly its first
    label (RFC 9525, section 6.3). A wildcard hostname needs the same wildcard."""
    pattern, hostname = pattern.rstrip(".").lower(), hostname.rstrip(".").lower()
    if pattern == hostname:
        return True
    first, _, rest = hostname.partition(".")
    return first != "*" and bool(first) and pattern == f"*.{rest}" and "." in rest


def _closed(name: str) -> NotSeen:
    hint = marked("see whether the server has a certificate for this name")
    return NotSeen(marked("{name} closes the connection instead of TLS", name=name), hint=hint)

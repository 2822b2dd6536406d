"""A certificate authority of the tests' own, and certificates with faults."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onboarding import clock

DAY = datetime.timedelta(days=1)


class Authority:
    """Issues certificates into `folder`; `pem` is what a client has to trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self._identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        builder = self._builder(self._name, self._name, self._key, -1, 3650).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
        certificate = builder.add_extension(self._identifier, critical=False)
        self.pem = _pem(certificate.sign(self._key, hashes.SHA256())).decode()
        self._issued = 0

    def _builder(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        begins: float,
        ends: float,
    ) -> x509.CertificateBuilder:
        now = clock.now()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins * DAY)
            .not_valid_after(now + ends * DAY)
        )

    def context(
        self,
        *names: str,
        begins: float = -2,
        ends: float = 90,
        self_signed: bool = False,
        newest: ssl.TLSVersion | None = None,
        oldest: ssl.TLSVersion | None = None,
    ) -> ssl.SSLContext:
        """A server's context with a certificate for `names`, valid from and until so many days
        from now; with `oldest` it takes versions that nobody should."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        issuer = subject if self_signed else self._name
        builder = self._builder(subject, issuer, key, begins, ends)
        alternatives = x509.SubjectAlternativeName([_general(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier),
            critical=False,
        )
        signed = builder.sign(key if self_signed else self._key, hashes.SHA256())
        self._issued += 1
        path = self.folder / f"{self._issued}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(private + _pem(signed))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if oldest is not None:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = oldest
        if newest is not None:
            context.maximum_version = newest
        return context


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)

"""The settings of mail, out and in: a part of `config.Settings`."""

import re

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings


class MailSettings(BaseSettings):
    """As `config.Settings` describes them."""

    smtp_url: str = Field("", description="smtp://user:password@host:587; empty: to the console")
    mail_from: str = "turnup@localhost"
    mail_in: str = Field("", description="where mail to Turnup arrives; its +tags must arrive too")
    mail_aliases: str = Field(
        "", description="further addresses that mail to support comes to: support@example.com, …"
    )
    mail_listen: str = Field(
        "", description="where a gateway takes mail over SMTP: 127.0.0.1:8025; empty: nowhere"
    )
    mail_connections: int = Field(
        100, ge=1, le=10_000, description="connections that the gateway takes mail by at once"
    )
    mail_tls_cert: str = Field(
        "", description="the PEM file with the certificate chain of STARTTLS there; empty: no TLS"
    )
    mail_tls_key: str = Field("", description="its key, where that is a file of its own")
    imap_url: str = Field(
        "", description="the mailbox a gateway reads: imaps://turnup@imap.example.com/INBOX"
    )
    mail_largest_mb: int = Field(64, ge=1, le=500, description="the largest mail taken, in MB")
    mail_kept_days: int = Field(
        90, ge=1, le=3650, description="days for which a mail that was acted on is kept whole"
    )

    @field_validator("mail_in")
    @classmethod
    def _one_address(cls, text: str) -> str:
        if text and not re.fullmatch(r"[^@+\s<>,;]{1,20}@[^@+\s<>,;]+", text):
            hint = (
                "expected such as turnup@example.com: no name, no +, at most 20 characters before @"
            )
            raise ValueError(f"{text!r} is no address that replies can be built on: {hint}")
        return text

    @field_validator("imap_url")
    @classmethod
    def _imap_only(cls, text: str) -> str:
        if text and not re.fullmatch(r"imaps?://[^:@/\s]+@[^:@/\s]+(:\d+)?(/\S*)?", text):
            raise ValueError("expected such as imaps://turnup@imap.example.com, no password in it")
        return text

    @field_validator("mail_aliases")
    @classmethod
    def _addresses_in_a_row(cls, text: str) -> str:
        for one in text.replace(",", " ").split():
            if not re.fullmatch(r"[^@\s<>;]+@[^@\s<>;]+", one):
                raise ValueError(f"{one!r} is no address: expected such as support@example.com")
        return text

    @field_validator("mail_listen")
    @classmethod
    def _host_and_port(cls, text: str, field: ValidationInfo) -> str:
        host, _, port = text.rpartition(":")
        if text and not (host and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("expected such as 127.0.0.1:8025 or [::1]:8025")
        if text and not field.data.get("mail_in"):
            raise ValueError("it needs TURNUP_MAIL_IN, the address of the mail that it takes")
        return text

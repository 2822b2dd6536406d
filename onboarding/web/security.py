"""Headers: a content policy without inline script or eval, no framing, no sniffing."""

from typing import Any

from flask import Flask
from flask_talisman import Talisman

from onboarding.config import Settings

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


class Headers(Talisman):  # type: ignore[misc]  # it has no types
    """Talisman, with a view's own stricter word on referrers and content left standing."""

    def _set_content_security_policy_headers(self, headers: Any, options: Any) -> None:
        own = headers.get("Content-Security-Policy")
        super()._set_content_security_policy_headers(headers, options)
        if own:
            headers["Content-Security-Policy"] = own

    def _set_referrer_policy_headers(self, headers: Any) -> None:
        headers.setdefault("Referrer-Policy", self.referrer_policy)


def init_security(app: Flask, settings: Settings) -> None:
    """Set the headers on every answer, and the session cookie's flags."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=64 * 1024 * 1024,
    )
    Headers(
        app,
        content_security_policy=POLICY,
        force_https=False,  # TLS ends at the proxy in front
        session_cookie_secure=settings.secure_cookies,
        strict_transport_security=settings.secure_cookies,
        referrer_policy="same-origin",
    )

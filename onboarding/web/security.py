"""Headers: a content policy without inline script or eval, no framing, no sniffing."""

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


def init_security(app: Flask, settings: Settings) -> None:
    """Set the headers on every answer, and the session cookie's flags."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=64 * 1024 * 1024,
    )
    Talisman(
        app,
        content_security_policy=POLICY,
        force_https=False,  # TLS ends at the proxy in front
        session_cookie_secure=settings.secure_cookies,
        strict_transport_security=settings.secure_cookies,
        referrer_policy="same-origin",
    )

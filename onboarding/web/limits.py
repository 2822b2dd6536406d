"""Rate limits per address, counted in Redis; where it is away, in this process's memory."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from onboarding.config import Settings

limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True)


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in the Redis of `settings`."""
    address = settings.redis
    if address.startswith("unix://"):
        address = "redis+" + address
    app.config["RATELIMIT_STORAGE_URI"] = address
    limiter.init_app(app)

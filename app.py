"""The WSGI entry point: `gunicorn 'app:create_app()'`."""

from onboarding.factory import create_app

__all__ = ["create_app"]

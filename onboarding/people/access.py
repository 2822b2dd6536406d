"""Every route says who may use it: `@requires("ramps.flip")` or `@public`."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Request

from onboarding.db import db, transaction
from onboarding.errors import NotAllowed, NotFound, marked
from onboarding.people import actions
from onboarding.people.actions import user_by_token
from onboarding.people.models import User
from onboarding.people.permissions import PERMISSIONS, may
from onboarding.trail.log import Actor
from onboarding.web.csrf import ask_for_token
from onboarding.web.language import first_known, speak
from onboarding.web.problems import SPEAK

View = TypeVar("View", bound=Callable[..., Any])
login_manager = LoginManager()
MARK = "sign_in"  # in the browser's session: another for each sign-in


def requires(permission: str, *others: str) -> Callable[[View], View]:
    """Let in whoever's role holds `permission` or one of `others`; ask the rest to sign in, or
    refuse them. What a customer then sees is in their language. Several are for what the vendor's people and a customer may both do."""
    enough = (permission, *others)
    if not PERMISSIONS.issuperset(enough):
        raise KeyError(*(set(enough) - PERMISSIONS))

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return _ask_to_sign_in()
            speak_to_reader()
            if not any(may(current_user.role, one) for one in enough):
                raise NotAllowed(
                    marked("Your role does not allow this"),
                    hint=marked("it needs the permission {permission}", permission=permission),
                )
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.permissions = enough  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def speak_to_reader(*chosen: str) -> None:
    """The page speaks the language that was chosen on it, else that of the customer who is signed
    in, else a visitor's browser's. What your people read is in English, as are programs' answers."""
    if request.path.startswith("/api/"):
        return
    if first_known(*chosen) or not current_user.is_authenticated:
        speak(*chosen)
    elif current_user.role == "customer":
        speak(*current_user.languages)


def _ask_to_sign_in() -> Any:
    """The login page; for a program, which cannot sign in there, 401 with what it must bring."""
    if request.path.startswith("/api/"):
        ask_for_token()
    return login_manager.unauthorized()


def public(view: View) -> View:
    """Mark a route that needs no sign-in; what protects it instead is said where it is used."""
    view.permission = ""  # type: ignore[attr-defined]
    return view


def me() -> User:
    """The user of this request."""
    user = current_user._get_current_object()
    assert isinstance(user, User)
    return user


def can(permission: str) -> bool:
    """Whether the user of this request holds `permission` (for templates too)."""
    return bool(current_user.is_authenticated) and may(current_user.role, permission)


def actor() -> Actor:
    """The user of this request as the trail names them."""
    source = "api" if request.headers.get("Authorization") else "web"
    return Actor(f"user:{current_user.id}", source)


def sign_in(user: User) -> None:
    """Let the browser in as `user`, under a mark of its own that signing out ends."""
    mark = secrets.token_urlsafe(16)
    with transaction() as writing:
        actions.sign_in(writing, user, mark)
    session[MARK] = mark
    login_user(user)


def sign_out(*, everywhere: bool = False) -> None:
    """End this browser's sign-in, and with it every page that it holds open and every copy of its
    cookie; `everywhere`: those of all browsers of the person."""
    with transaction() as writing:
        if everywhere:
            actions.sign_out_everywhere(writing, me().id)
        actions.sign_out(writing, session.pop(MARK, ""))
    logout_user()


def staying(*enough: str, sees: Callable[[User], object] | None = None) -> Callable[[], bool]:
    """Whether whoever made this request would still be let in by it: not signed out since, still
    active, with the same password and one of the permissions `enough`. `sees` raises NotFound where
    they do not see what it was about any more. For open streams, which ask it outside the request."""
    known, mark = me().get_id(), session.get(MARK, "")
    bearer = _bearer(request)

    def stays() -> bool:
        current = user_by_token(db.session(), bearer) if bearer else _signed_in(known, mark)
        if current is None or not any(may(current.role, one) for one in enough):
            return False
        try:
            return sees is None or sees(current) is not None
        except NotFound:
            return False

    return stays


def _load_user(session_id: str) -> User | None:
    return _signed_in(session_id, session.get(MARK, ""))


def _signed_in(session_id: str, mark: str) -> User | None:
    number, _, salt = session_id.partition(":")
    if not number.isdigit() or not mark:
        return None
    return actions.signed_in(db.session(), int(number), salt, mark)


def _bearer(given: Request) -> str:
    kind, _, token = given.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def _load_by_token(given: Request) -> User | None:
    token = _bearer(given)
    return user_by_token(db.session(), token) if token else None


def init_access(app: Flask) -> None:
    """Sessions for people, bearer tokens for programs."""
    login_manager.init_app(app)
    login_manager.login_view = "people.login"
    login_manager.login_message = None
    login_manager.session_protection = "basic"
    login_manager.user_loader(_load_user)
    login_manager.request_loader(_load_by_token)
    app.extensions[SPEAK] = speak_to_reader
    app.jinja_env.globals["can"] = can

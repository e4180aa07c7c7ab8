"""Users: recorded `auth`, `me` and `role` requests as methods of the session."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from skysyn.dialects.skygear import values

from . import options
from .classes import Models
from .inexpressible import Inexpressible
from .kinds import python
from .normal import same

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import JSON, SkygearSession
    from skysyn.session import AuthResult

    from .recordings import Exchange


def ask(exchange: Exchange, session: SkygearSession) -> Callable[[], None]:
    """Call the method for what was asked; return what checks its answer."""
    match exchange.action:
        case "auth:signup" | "auth:login" | "auth:password" | "me":
            return _authenticate(exchange, session)
        case "sso:custom_token:login":
            token = options.text(exchange, "token")
            return _is_user(exchange, session, session.login_with_token(token))
        case "auth:logout" | "auth:reset_password" | "auth:disable:set":
            return _administer(exchange, session)
        case "role:get" | "role:assign" | "role:revoke" | "role:admin" | "role:default":
            return _roles(exchange, session)
        case _:
            return _call(exchange, session)


def _authenticate(exchange: Exchange, session: SkygearSession) -> Callable[[], None]:
    match exchange.action:
        case "me":
            options.only(exchange)
            found = session.me()
        case "auth:password":
            old = options.text(exchange, "old_password")
            found = session.change_password(old, options.text(exchange, "password"))
        case _ if "provider" in exchange.body:
            return _provider(exchange, session)
        case "auth:login":
            options.only(exchange, "auth_data", "password")
            found = session.login(**_credentials(exchange))
        case _:
            options.only(exchange, "auth_data", "password", "profile")
            profile = _profile(exchange)
            found = session.signup(**_credentials(exchange), profile=profile)
    return _is_user(exchange, session, found)


def _provider(exchange: Exchange, session: SkygearSession) -> Callable[[], None]:
    data = exchange.body.get("provider_auth_data")
    if exchange.action != "auth:login" or not isinstance(data, dict):
        return _call(exchange, session)
    name = options.text(exchange, "provider")
    return _is_user(exchange, session, session.login_with_provider(name, data))


def _credentials(exchange: Exchange) -> dict[str, Any]:
    data = exchange.body.get("auth_data", {})
    if not isinstance(data, dict) or data.keys() - {"username", "email"}:
        msg = "users have a username and an email"
        raise Inexpressible(msg)
    given = {**data, "password": exchange.body.get("password")}
    found = {name: value for name, value in given.items() if value is not None}
    if not all(isinstance(value, str) for value in found.values()):
        msg = "username, email and password are text"
        raise Inexpressible(msg)
    return found


def _profile(exchange: Exchange) -> dict[str, Any] | None:
    profile = exchange.body.get("profile")
    return python(profile, Models({})) if isinstance(profile, dict) else None


def _administer(exchange: Exchange, session: SkygearSession) -> Callable[[], None]:
    match exchange.action:
        case "auth:logout":
            options.only(exchange)
            session.logout()
        case "auth:reset_password":
            user = options.text(exchange, "auth_id")
            session.reset_password(user, options.text(exchange, "password"))
        case _:
            _disable(exchange, session)

    def check() -> None:
        token = session.dialect.access_token
        kept = exchange.headers.get("X-Skygear-Access-Token")
        assert token == (None if exchange.action == "auth:logout" else kept)

    return check


def _disable(exchange: Exchange, session: SkygearSession) -> None:
    user = options.text(exchange, "auth_id")
    if not options.flag(exchange, "disabled"):
        session.enable(user)
        return
    details: dict[str, Any] = {}
    if "message" in exchange.body:
        details["message"] = options.text(exchange, "message")
    if "expiry" in exchange.body:
        details["expiry"] = _time(options.text(exchange, "expiry"))
    session.disable(user, **details)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is no time"
        raise Inexpressible(msg) from error


def _roles(exchange: Exchange, session: SkygearSession) -> Callable[[], None]:
    roles = session.roles
    match exchange.action:
        case "role:get":
            found = roles.get(options.texts(exchange, "users"))
            given: JSON = {user: list(names) for user, names in found.items()}
            return _is(exchange, given)
        case "role:admin":
            roles.set_admin(options.texts(exchange, "roles"))
        case "role:default":
            roles.set_default(options.texts(exchange, "roles"))
        case action:
            change = roles.assign if action == "role:assign" else roles.revoke
            users = options.texts(exchange, "users")
            change(users, options.texts(exchange, "roles"))
    return _nothing


def _call(exchange: Exchange, session: SkygearSession) -> Callable[[], None]:
    """Ask by name for what no method asks for."""
    body = exchange.body
    if {"api_key", "access_token"} & body.keys():
        msg = "keys and tokens travel in headers"
        raise Inexpressible(msg)
    payload = {k: v for k, v in body.items() if k not in {"action", "_user_id"}}
    return _is(exchange, session.call(exchange.action, payload))


def _is(exchange: Exchange, found: JSON) -> Callable[[], None]:
    def check() -> None:
        assert same(found, exchange.answer.get("result"))

    return check


def _nothing() -> None:
    """Check nothing: the method returns nothing."""


def _is_user(
    exchange: Exchange, session: SkygearSession, found: AuthResult
) -> Callable[[], None]:
    times = {"last_login_at": found.last_login_at, "last_seen_at": found.last_seen_at}
    dumped: dict[str, JSON] = {
        "user_id": found.user_id,
        "profile": dict(found.profile),
        "access_token": found.access_token,
        **({"roles": list(found.roles)} if found.roles else {}),
        **{k: values.dump_date(v) for k, v in times.items() if v is not None},
    }

    def check() -> None:
        assert same(dumped, exchange.answer.get("result"))
        assert session.dialect.access_token == found.access_token

    return check

"""Auth: who logs in to a Skygear app, and who is logged in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from skysyn.arguments import check_argument
from skysyn.errors import ProtocolError, QueryError

if TYPE_CHECKING:
    from skysyn.models import JSON


class _AuthWire(msgspec.Struct):
    """What `auth:*` and `me` answer."""

    user_id: str
    access_token: str
    profile: dict[str, Any]
    roles: list[str] = []
    last_login_at: datetime | None = None
    last_seen_at: datetime | None = None


@attrs.frozen
class AuthResult:
    """Who is logged in.

    *profile* is the user record as plain JSON; `session.get(User, user_id)` gives it
    typed. The times are those before this login, None the first time.
    """

    user_id: str
    roles: tuple[str, ...]
    profile: Mapping[str, JSON]
    last_login_at: datetime | None
    last_seen_at: datetime | None
    access_token: str = attrs.field(repr=lambda _: "'***'")


def load(action: str, result: JSON) -> AuthResult:
    """Return who the *result* of *action* says is logged in."""
    try:
        wire = msgspec.convert(result, _AuthWire)
    except msgspec.ValidationError as error:
        msg = f"{action} answered something else than a user: {error}"
        raise ProtocolError(msg, status=200) from error
    return AuthResult(
        wire.user_id,
        tuple(wire.roles),
        wire.profile,
        wire.last_login_at,
        wire.last_seen_at,
        wire.access_token,
    )


def dump(
    username: str | None,
    email: str | None,
    others: Mapping[str, str] | None,
    password: str | None,
) -> dict[str, JSON]:
    """Return what a login or signup sends of what it is given."""
    if others is not None:
        check_argument(others, Mapping, "auth_data= is a dict of keys of the user")
    payload: dict[str, JSON] = {}
    data: dict[str, JSON] = dict(others or {})
    if username is not None:
        data["username"] = username
    if email is not None:
        data["email"] = email
    if data:
        payload["auth_data"] = data
    if password is not None:
        payload["password"] = password
    return payload


def check_user(user_id: object, where: str) -> None:
    """Raise QueryError unless *user_id* can be a user's; "" would mean nobody."""
    if not isinstance(user_id, str) or not user_id:
        msg = (
            f"{where} takes the id of a user, as signup() and login() return it, "
            f"not {user_id!r:.80}"
        )
        raise QueryError(msg)

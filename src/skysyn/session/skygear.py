"""SkygearSession: users, roles and any other action of a Skygear app."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

import attrs
import msgspec

from skysyn.arguments import check_argument
from skysyn.dialects.skygear import schema, values
from skysyn.dialects.skygear.channels import APP, NOTICES
from skysyn.dialects.skygear.dialect import Skygear
from skysyn.dialects.skygear.model import Record
from skysyn.dialects.skygear.results import Results
from skysyn.errors import (
    Conflict,
    RemoteError,
    SkysynError,
)
from skysyn.models import JSON, Operation, Origin, Save, in_utc

from . import auth, saving
from .base import Session
from .calling import RemoteOp
from .lines import open_line
from .publisher import Publisher
from .pushing import PushReport, push
from .roles import Roles, listed
from .subscription import Subscription, listen
from .watching import Watch, watch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skysyn.dialects.skygear.notifications import Notification
    from skysyn.dialects.skygear.query import RecordQuery
    from skysyn.transport import Transport, WebSocket

    from .auth import AuthResult

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class SkygearSession(Session[Skygear]):
    """One user's access to one Skygear app."""

    def __init__(self, dialect: Skygear, transport: Transport) -> None:
        super().__init__(dialect, transport)
        opening = partial(open_line, dialect, transport, APP)
        self._publisher = Publisher(opening)

    def query(self, model: type[R]) -> RecordQuery[R]:
        """Return the query for all records of *model*, asked through this session."""
        saving.check_model(self, model)
        return model.query(self)

    def database(self, scope: str) -> SkygearSession:
        """Return a session on another database: `_private`, or a user's id."""
        return self._with(attrs.evolve(self.dialect, database=scope))

    def origin(self, scope: str | None = None) -> Origin:
        """Return what objects remember: also the database they are in."""
        return super().origin(scope or self.dialect.database)

    def as_user(self, user_id: str) -> SkygearSession:
        """Return a session that acts as *user_id*; the api key is the master key.

        Raises:
            QueryError: the id is empty, which the server would take for nobody.
        """
        auth.check_user(user_id, "as_user()")
        dialect = attrs.evolve(self.dialect, user_id=user_id, access_token=None)
        return self._with(dialect)

    def signup(
        self,
        *,
        username: str | None = None,
        email: str | None = None,
        password: str | None = None,
        auth_data: Mapping[str, str] | None = None,
        profile: Mapping[str, object] | None = None,
    ) -> AuthResult:
        """Make a user and log in; without name and password an anonymous one.

        *auth_data* are other keys that the app is configured to know users by;
        *profile* are fields of the user record, typed values allowed.

        Raises:
            Conflict: the username or email is taken.
            InvalidRequest: the password is empty or against the app's policy.
        """
        payload = auth.dump(username, email, auth_data, password)
        if profile is not None:
            check_argument(profile, Mapping, "profile= is a dict of fields")
            payload["profile"] = {k: values.dump(v) for k, v in profile.items()}
        return self._authenticate("auth:signup", payload)

    def login(
        self,
        *,
        username: str | None = None,
        email: str | None = None,
        password: str | None = None,
        auth_data: Mapping[str, str] | None = None,
    ) -> AuthResult:
        """Log in; later requests of this session carry the user's token.

        *auth_data* are other keys that the app is configured to know users by.

        Raises:
            NotFound: there is no such user.
            AuthenticationError: the password is wrong.
            PermissionDenied: the user is disabled; `info` says until when.
        """
        payload = auth.dump(username, email, auth_data, password)
        return self._authenticate("auth:login", payload)

    def login_with_provider(
        self, provider: str, auth_data: Mapping[str, JSON]
    ) -> AuthResult:
        """Log in through an auth provider of the app's cloud code."""
        check_argument(
            auth_data, Mapping, "auth_data is a dict of what it knows users by"
        )
        payload: dict[str, JSON] = {
            "provider": provider,
            "provider_auth_data": dict(auth_data),
        }
        return self._authenticate("auth:login", payload)

    def login_with_token(self, token: str) -> AuthResult:
        """Log in with a custom token, a JWT that the app's own server signed."""
        return self._authenticate("sso:custom_token:login", {"token": token})

    def logout(self) -> None:
        """Make the token invalid, if the server can, and forget it in any case."""
        try:
            self.call("auth:logout")
        finally:
            self._use_token(None)

    def me(self) -> AuthResult:
        """Return who is logged in; the session goes on with the new token.

        Raises:
            AuthenticationError: nobody is.
        """
        return self._authenticate("me", {})

    def change_password(self, old: str, new: str) -> AuthResult:
        """Change the user's password; the session goes on with the new token."""
        return self._authenticate(
            "auth:password", {"old_password": old, "password": new}
        )

    def reset_password(self, user_id: str, password: str) -> None:
        """Set a user's password; needs the master key."""
        auth.check_user(user_id, "reset_password()")
        self.call("auth:reset_password", {"auth_id": user_id, "password": password})

    def disable(
        self,
        user_id: str,
        *,
        message: str | None = None,
        expiry: datetime | None = None,
    ) -> None:
        """Keep a user out, until *expiry* if given; needs an admin or master key."""
        auth.check_user(user_id, "disable()")
        payload: dict[str, JSON] = {"auth_id": user_id, "disabled": True}
        if message is not None:
            payload["message"] = message
        if expiry is not None:
            check_argument(expiry, datetime, "expiry= is a datetime")
            payload["expiry"] = values.dump_date(in_utc(expiry))
        self.call("auth:disable:set", payload)

    def enable(self, user_id: str) -> None:
        """Let a disabled user in again; needs an admin or the master key."""
        auth.check_user(user_id, "enable()")
        self.call("auth:disable:set", {"auth_id": user_id, "disabled": False})

    @overload
    def op(
        self, name: str, *, errors: Mapping[int, type[RemoteError]] | None = None
    ) -> RemoteOp[JSON]: ...
    @overload
    def op(
        self,
        name: str,
        returns: type[T],
        *,
        errors: Mapping[int, type[RemoteError]] | None = None,
    ) -> RemoteOp[T]: ...
    def op(
        self,
        name: str,
        returns: type[Any] | None = None,
        *,
        errors: Mapping[int, type[RemoteError]] | None = None,
    ) -> RemoteOp[Any]:
        """Return the function *name* of the app's cloud code, to be called.

        What it gives is read as *returns*: a `Record`, a class of attrs, dataclasses or
        msgspec, or a type of JSON. *errors* are classes for codes that it refuses with.

        Raises:
            DeclarationError: nothing can be read as *returns*.
        """
        wanted = JSON if returns is None else returns
        return RemoteOp(name, wanted, errors or {}, Results(self.origin()), self.call)

    @property
    def roles(self) -> Roles:
        """The app's roles and who holds them."""
        return Roles(self)

    def explain_failure(self, operation: Operation, error: RemoteError) -> RemoteError:
        """Return *error*, naming the fields of a schema conflict and atomic causes."""
        if isinstance(operation, Save) and error.code == 114:
            return self._explain_conflict(operation, error)
        return super().explain_failure(operation, error)

    def _explain_conflict(self, save: Save, error: RemoteError) -> RemoteError:
        try:
            known = schema.load(self.call("schema:fetch"))
            found = list(schema.conflicts(save, known))
        except (SkysynError, msgspec.ValidationError):
            # outside dev mode only the master key may see the schema
            found = list(schema.conflicts(save, {}))
            found = found or schema.guesses(save, error.message)
        if not found:
            return error
        message = f"{error.message}: {'; or '.join(found)}"
        return Conflict(
            message,
            code=error.code,
            name=error.name,
            info={**error.info, "conflicts": found},
            status=error.status,
            request_id=error.request_id,
        )

    def publish(self, channel: str, data: object) -> None:
        """Send *data* to everybody who listens to *channel*.

        It is JSON, or an object of attrs, dataclasses or msgspec that becomes JSON.
        When this returns the server has it.

        Raises:
            ConversionError: *data* cannot be written as JSON; nothing was sent.
            InvalidRequest: the server does not take it.
            TransportError: it may not have arrived, and is not sent again by itself.
        """
        self._publisher.publish(channel, data)

    @overload
    def subscribe(self, *channels: str, buffer: int = 1000) -> Subscription[JSON]: ...
    @overload
    def subscribe(
        self, *channels: str, data_type: type[T], buffer: int = 1000
    ) -> Subscription[T]: ...
    def subscribe(
        self, *channels: str, data_type: type[Any] | None = None, buffer: int = 1000
    ) -> Subscription[Any]:
        """Return what is published on *channels* from now on, as it comes.

        When this returns nothing published later is missed without a `Gap`. *data_type*
        is what the messages' data are read as; of messages that nobody receives yet at
        most *buffer* are kept.

        Raises:
            QueryError: a channel is empty.
            SkysynError: the server is not reached, or refuses.
        """
        return listen(partial(self._line, APP), channels, data_type, buffer)

    def watch(self, *queries: RecordQuery[R], buffer: int = 1000) -> Watch[R]:
        """Return what tells when records change that *queries* find.

        The queries have conditions only, of `==`, `!=`, `is_in()`, `&`, `|` and `~`.
        Somebody has to be logged in: the server keeps it for a device of the user.

        Raises:
            QueryError: one cannot be watched.
            SkysynError: the server is not reached, or refuses.
        """
        opening = partial(self._line, NOTICES)
        return watch(self.call, self.dialect.database, opening, queries, buffer)

    def push_user(
        self,
        user_id: str,
        notification: Notification | Mapping[str, JSON],
        *,
        topic: str | None = None,
    ) -> PushReport:
        """Push *notification* to every device of a user; see `push_users()`."""
        return push(self.call, "user", (user_id,), notification, topic)

    def push_users(
        self,
        user_ids: Iterable[str],
        notification: Notification | Mapping[str, JSON],
        *,
        topic: str | None = None,
    ) -> PushReport:
        """Push *notification* to every device of these users, of *topic* if given.

        It is a `Notification`, or a dict with what each push service gets: `apns`,
        `fcm`, `gcm`. The server sends it later: the report says who is known.

        Raises:
            QueryError: there is nobody to push to, or nothing.
            Unavailable: the app has no push service.
        """
        users = listed("users", user_ids)
        return push(self.call, "user", users, notification, topic)

    def push_device(
        self,
        device_id: str,
        notification: Notification | Mapping[str, JSON],
        *,
        topic: str | None = None,
    ) -> PushReport:
        """Push *notification* to a device; see `push_users()`."""
        return push(self.call, "device", (device_id,), notification, topic)

    def push_devices(
        self,
        device_ids: Iterable[str],
        notification: Notification | Mapping[str, JSON],
        *,
        topic: str | None = None,
    ) -> PushReport:
        """Push *notification* to these devices; see `push_users()`."""
        devices = listed("devices", device_ids)
        return push(self.call, "device", devices, notification, topic)

    def close(self) -> None:
        """Give back the connections; the session may be used again."""
        self._publisher.close()
        super().close()

    def _line(self, path: str) -> WebSocket:
        return open_line(self.dialect, self._transport, path)

    def _with(self, dialect: Skygear) -> SkygearSession:
        return SkygearSession(dialect, self._transport)

    def _use_token(self, token: str | None) -> None:
        with self._lock:
            self._dialect = attrs.evolve(self._dialect, access_token=token)

    def _authenticate(self, action: str, payload: Mapping[str, JSON]) -> AuthResult:
        found = auth.load(action, self.call(action, payload))
        self._use_token(found.access_token)
        return found

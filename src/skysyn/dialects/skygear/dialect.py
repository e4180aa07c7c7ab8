"""Skygear: settings of one app, and operations as its actions."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from skysyn.arguments import check_argument, check_secret
from skysyn.dialects import masking
from skysyn.dialects.base import Dialect
from skysyn.errors import (
    DeclarationError,
    ProtocolError,
    QueryError,
    RemoteError,
)
from skysyn.models import (
    JSON,
    Call,
    Delete,
    Fetch,
    Operation,
    Result,
    Row,
    Save,
    Select,
    check_plain,
)
from skysyn.transport import Effect, Request

from . import access, answers, faults, predicates, values
from .databases import check_database
from .secrets import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attrs import Attribute

    from skysyn.dialects.secrets import SecretPlaces
    from skysyn.transport import Response

_READS = {
    "me",
    "role:get",
    "schema:fetch",
    "schema:field_access:get",
    "record:fetch",
    "record:query",
    "relation:query",
    "subscription:fetch",
    "subscription:fetch_all",
    "_status:healthz",
}

_SECRET = {"password", "old_password", "token"}
"""The parameters of actions that no error may show."""


def _without_slash(url: str) -> str:
    takes = "endpoint is the URL of the app, such as 'https://app.example.com'"
    check_argument(url, str, takes, DeclarationError)
    return url.rstrip("/")


def _check_endpoint(_: object, __: object, value: str) -> None:
    if not value.startswith(("http://", "https://")) or any(c in value for c in "@?#"):
        # without what may be credentials
        shown = re.split("[?#]", value.rpartition("@")[2])[0]
        msg = (
            f"{shown!r} is no endpoint: pass the app's URL, such as "
            "https://app.example.com, or set SKYGEAR_ENDPOINT; it has no user, "
            "password, query or fragment"
        )
        raise DeclarationError(msg)


def _check_secret(_: object, attribute: Attribute[Any], value: str | None) -> None:
    check_secret(value, attribute.name)


def _check_user(_: object, __: object, value: str | None) -> None:
    if value is not None:
        check_argument(value, str, "user_id= is the id of a user", DeclarationError)


def _check_database(_: object, __: object, name: str) -> None:
    check_database(name)


def _secret(value: str | None) -> str:
    return repr(value if value is None else "***")


@attrs.frozen
class Skygear(Dialect):
    """One Skygear app and who uses it.

    *api_key* is the client key or the master key; *access_token* a user's session;
    *user_id* acts as that user, with the master key only; *database* is where records
    are looked for and stored: `_public`, `_private`, or a user's id. What is not given
    is read from `SKYGEAR_ENDPOINT`, `SKYGEAR_API_KEY` and `SKYGEAR_ACCESS_TOKEN`.
    Secrets are never shown.

    Raises:
        DeclarationError: there is no endpoint, or it is no http URL.
        QueryError: no database can have that name.
    """

    endpoint: str = attrs.field(
        factory=lambda: os.environ.get("SKYGEAR_ENDPOINT", ""),
        converter=_without_slash,
        validator=_check_endpoint,
    )
    api_key: str | None = attrs.field(
        factory=lambda: os.environ.get("SKYGEAR_API_KEY"),
        repr=_secret,
        validator=_check_secret,
        kw_only=True,
    )
    access_token: str | None = attrs.field(
        factory=lambda: os.environ.get("SKYGEAR_ACCESS_TOKEN"),
        repr=_secret,
        validator=_check_secret,
        kw_only=True,
    )
    user_id: str | None = attrs.field(default=None, validator=_check_user, kw_only=True)
    database: str = attrs.field(
        default="_public", validator=_check_database, kw_only=True
    )

    @property
    def family(self) -> str:
        """The service, as models name it."""
        return "skygear"

    @property
    def endpoint_url(self) -> str:
        """Where requests go."""
        return self.endpoint

    def websocket(self, path: str) -> Request:
        """Return the request that a WebSocket at *path* begins with."""
        key = {} if self.api_key is None else {"X-Skygear-API-Key": self.api_key}
        return Request("GET", f"{self.endpoint}{path}", key, effect="read")

    def redact(self, text: str) -> str:
        """Return *text* with the key and the token masked."""
        return masking.mask(text, (self.api_key, self.access_token))

    @property
    def secret_places(self) -> SecretPlaces:
        """Where messages hold keys, tokens and passwords."""
        return PLACES

    def encode(self, operation: Operation) -> Request:
        """Return the POST that asks for *operation*."""
        match operation:
            case Select():
                return self._post("record:query", self._select(operation), "read")
            case Fetch():
                return self._post("record:fetch", self._ids(operation), "read")
            case Save():
                # the client makes the ids, so saving again gives the same records
                return self._post("record:save", self._save(operation), "upsert")
            case Delete():
                return self._post("record:delete", self._delete(operation), "write")
            case Call():
                check_plain(dict(operation.payload), "$")
                effect: Effect = "read" if operation.name in _READS else "write"
                return self._post(operation.name, operation.payload, effect)

    def decode(self, operation: Operation, response: Response) -> Result:
        """Return what *response* answers to *operation*; errors show no secrets."""
        try:
            return answers.decode(operation, response)
        except (ProtocolError, RemoteError) as error:
            # what answers by an echo, such as a debugging proxy, shows what was sent
            shown = masking.mask_error(error, response, self._secrets(operation))
        raise shown

    def _secrets(self, operation: Operation) -> Iterator[str | None]:
        yield from (self.api_key, self.access_token)
        if isinstance(operation, Call):
            told = (str(operation.payload.get(name, "")) for name in _SECRET)
            # a shorter one would be shown by what is missing from the text
            yield from (secret for secret in told if len(secret) > 3)

    def explain_failure(self, error: RemoteError) -> RemoteError:
        """Return an atomic failure with the error of each record typed in `info`."""
        return faults.unfold(error) if error.code == 115 else error

    def _scope(self, scope: str | None) -> dict[str, JSON]:
        return {"database_id": scope or self.database}

    def _select(self, select: Select) -> dict[str, JSON]:
        return self._scope(select.scope) | dump_select(select)

    def _save(self, save: Save) -> dict[str, JSON]:
        records: list[JSON] = [dump_row(row) for row in save.rows]
        return {**self._scope(save.scope), "records": records, **_atomic(save)}

    def _ids(self, operation: Fetch | Delete) -> dict[str, JSON]:
        ids: list[JSON] = [str(record) for record in operation.ids]
        return {**self._scope(operation.scope), "ids": ids}

    def _delete(self, delete: Delete) -> dict[str, JSON]:
        return self._ids(delete) | _atomic(delete)

    def _post(
        self, action: str, payload: Mapping[str, JSON], effect: Effect
    ) -> Request:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Skygear-API-Key": self.api_key,
            "X-Skygear-Access-Token": self.access_token,
        }
        body: dict[str, JSON] = {"action": action, **payload}
        if self.user_id is not None:
            body["_user_id"] = self.user_id
        return Request(
            "POST",
            f"{self.endpoint}/{action.replace(':', '/')}",
            {name: value for name, value in headers.items() if value is not None},
            _json(body),
            effect=effect,
        )


def _json(body: Mapping[str, JSON]) -> bytes:
    try:
        return msgspec.json.encode(body)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        msg = f"the request cannot be written as JSON: {error}"
        raise QueryError(msg) from error


def dump_select(select: Select) -> dict[str, JSON]:
    """Return what `record:query` is asked, without the database."""
    payload: dict[str, JSON] = {"record_type": select.collection}
    if select.where is not None:
        payload["predicate"] = predicates.dump(select.where)
    if select.order:
        payload["sort"] = [predicates.dump_order(order) for order in select.order]
    if select.limit is not None:
        payload["limit"] = select.limit
    if select.offset:
        payload["offset"] = select.offset
    if select.include:
        payload["include"] = {
            name: predicates.dump_operand(path) for name, path in select.include.items()
        }
    if select.only is not None:
        payload["desired_keys"] = list(select.only)
    if select.count:
        payload["count"] = True
    return payload


def dump_row(row: Row) -> dict[str, JSON]:
    """Return one record of a `record:save`: its id, what to set, and its ACL."""
    dumped: dict[str, JSON] = {"_id": str(row.id)}
    if row.sets_access:
        dumped["_access"] = access.dump(row.access)
    for name, value in row.fields.items():
        dumped[name] = values.dump(value)
    return dumped


def _atomic(operation: Save | Delete) -> dict[str, JSON]:
    return {"atomic": True} if operation.atomic else {}

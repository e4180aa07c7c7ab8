"""REST: classes that answer requests to a collection and its members."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from skysyn import cloud

from .container import SkygearContainer
from .error import BadRequest, SkygearException, UnexpectedError

if TYPE_CHECKING:
    from skysyn.cloud import Request

Wire = dict[str, Any]

_ROUTES = (
    ("PUT", True, "update"),
    ("GET", True, "get"),
    ("DELETE", True, "delete"),
    ("POST", False, "create"),
    ("GET", False, "index"),
)
"""A method, whether it is of a member, and what answers it."""


class RestfulResource:
    """The base of a class for `@skygear.rest`: define what it is to answer."""

    request: Request

    @classmethod
    def get_allowed_methods(cls) -> list[str]:
        """Return the HTTP methods that something answers."""
        found = {method for method, _, name in _ROUTES if hasattr(cls, name)}
        return sorted(found)

    def get_payload(self) -> Any:
        """Return the JSON in the body of the request, an empty dict without one."""
        data = self.request.get_data(as_text=True)
        if data == "":
            return {}
        try:
            return json.loads(data)
        except ValueError as error:
            msg = "unable to decode json"
            raise SkygearException(msg, BadRequest) from error

    def handle_request(self, base_name: str, request: Request) -> Any:
        """Return what answers *request*, found below *base_name*."""
        self.request = request
        ident = _ident(base_name, request.path)
        for method, is_member, name in _ROUTES:
            answer = getattr(self, name, None)
            is_meant = (method, is_member) == (request.method, ident is not None)
            if is_meant and callable(answer):
                return answer() if ident is None else answer(ident)
        msg = "invalid request method"
        raise SkygearException(msg, BadRequest)


class RestfulRecord(RestfulResource):
    """Answers by the records of one type, as the user who asks may see them."""

    record_type: ClassVar[str] = ""
    database_id: ClassVar[str] = "_public"

    @property
    def container(self) -> SkygearContainer:
        """What asks the server in the name of the user."""
        return SkygearContainer(access_token=self._access_token())

    def predicate(self) -> Any:
        """Return which records `index` lists; None for all."""
        return None

    def query_options(self) -> Wire:
        """Return what else `record:query` is asked."""
        return {}

    def index(self) -> Wire:
        """Return the server's answer with all records."""
        query = dict(self.query_options() or {})
        predicate = self.predicate()
        if predicate is not None:
            query["predicate"] = predicate
        answer = self._send("record:query", record_type=self.record_type, **query)
        if isinstance(answer.get("result"), list):
            return answer
        raise _unexpected()

    def create(self) -> Wire:
        """Save a new record and return it."""
        payload = self.get_payload()
        if not str(payload.get("_id", "")).startswith(f"{self.record_type}/"):
            payload["_id"] = self._record_id(str(uuid.uuid4()))
        return self._send_one("record:save", records=[payload])

    def get(self, ident: str) -> Wire:
        """Return a record."""
        return self._send_one("record:fetch", ids=[self._record_id(ident)])

    def update(self, ident: str) -> Wire:
        """Save a record and return it."""
        payload = {**self.get_payload(), "_id": self._record_id(ident)}
        return self._send_one("record:save", records=[payload])

    def delete(self, ident: str) -> Wire:
        """Delete a record."""
        return self._send_one("record:delete", ids=[self._record_id(ident)])

    def _record_id(self, ident: str) -> str:
        return f"{self.record_type}/{ident}"

    def _access_token(self) -> str | None:
        token = self.request.headers.get("X-Skygear-Access-Token")
        if token:
            return token
        try:
            data: Wire = json.loads(self.request.get_data(as_text=True))
            return data.get("access_token")
        except (ValueError, AttributeError):
            return None

    def _send(self, action: str, **payload: Any) -> Wire:
        payload = {"database_id": self.database_id, **payload}
        answer = self.container.send_action(action, payload)
        if "error" in answer:
            raise SkygearException.from_dict(answer["error"])
        return answer

    def _send_one(self, action: str, **payload: Any) -> Wire:
        entries: list[Wire] = self._send(action, **payload).get("result") or []
        if not entries:
            raise _unexpected()
        if entries[0].get("_type") == "error":
            raise SkygearException.from_dict(entries[0])
        return entries[0]


def register(name: str, klass: type, kwargs: Wire) -> None:
    """Let *klass* answer requests to *name* and to what is below it."""
    base = name.replace(":", "/").removeprefix("/").removesuffix("/")
    allowed = getattr(klass, "get_allowed_methods", None)
    methods = allowed() if callable(allowed) else ["GET", "POST", "PUT", "DELETE"]

    def answer(request: Request) -> Any:
        return klass().handle_request(f"/{base}", request)

    options: Wire = {"method": methods, **kwargs}
    for path in (base, f"{base}/"):
        cloud.handler(path, **options)(answer)


def _ident(base_name: str, path: str) -> str | None:
    below = path.removeprefix(base_name).removeprefix("/")
    return below.split("/")[0] or None


def _unexpected() -> SkygearException:
    msg = "unexpected result"
    return SkygearException(msg, UnexpectedError)

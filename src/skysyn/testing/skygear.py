"""Skygear's language, as recordings need it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs

from skysyn.dialects.skygear.endpoint import Asked, SkygearEndpoint, Unreadable
from skysyn.dialects.skygear.secrets import PLACES
from skysyn.errors import RemoteError
from skysyn.models import Call, Fetch, Save, Select

from .questions import Question, meaning, terms
from .raw import raw_question

if TYPE_CHECKING:
    from skysyn.dialects.secrets import SecretPlaces
    from skysyn.models import Operation
    from skysyn.transport import Request

_CREATING = {"auth:signup", "record:save", "asset:put", "device:register"}
_READING = {"auth:login", "me"}


@attrs.frozen
class SkygearLanguage:
    """Reads requests as Skygear's server would."""

    @property
    def family(self) -> str:
        """The service, as models name it."""
        return "skygear"

    @property
    def places(self) -> SecretPlaces:
        """Where messages hold secrets."""
        return PLACES

    def ask(self, request: Request) -> Question:
        """Return what *request* means."""
        path = unquote(urlsplit(request.url).path).removeprefix("/")
        if path.startswith("files/") or request.method not in {"POST", "OPTIONS"}:
            return raw_question(request, PLACES)
        endpoint = SkygearEndpoint(frozenset({path.replace("/", ":")}))
        try:
            asked = endpoint.read(request)
            operation = endpoint.operation(asked)
        except (Unreadable, RemoteError):
            # what the server refuses is matched as it is said
            return raw_question(request, PLACES)
        return _question(asked, operation)

    def reading(self, request: Request) -> Operation | None:
        """Return the operation of *request* if it changes nothing, else None."""
        path = unquote(urlsplit(request.url).path).removeprefix("/")
        endpoint = SkygearEndpoint(frozenset({path.replace("/", ":")}))
        try:
            found = endpoint.parse(request)
        except (Unreadable, RemoteError):
            return None
        is_read = isinstance(found, (Select, Fetch)) or (
            isinstance(found, Call) and _reads(found.name)
        )
        return found if is_read else None

    def tidy(self, request: Request) -> Request:
        """Return *request*: nothing in it tells of the machine."""
        return request


def _question(asked: Asked, operation: Operation) -> Question:
    if not isinstance(operation, Call) and operation.scope is None:
        # what names no database means this one
        operation = attrs.evolve(operation, scope="_public")
    shown = terms(operation, PLACES)
    if asked.user_id:
        shown["as user"] = asked.user_id
    is_call = isinstance(operation, Call) and asked.action not in _READING
    creates = isinstance(operation, Save) or asked.action in _CREATING
    return Question(
        asked.action,
        {"as": asked.user_id, "asked": meaning(operation, PLACES)},
        shown,
        (asked.api_key, asked.access_token),
        creates=creates or (is_call and not _reads(asked.action)),
    )


def _reads(action: str) -> bool:
    verb = action.rpartition(":")[2]
    return verb in {"get", "query", "fetch", "fetch_all", "healthz"}

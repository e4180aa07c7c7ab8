"""accsyn's language, as recordings need it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs

from skysyn.dialects.accsyn.endpoint import AccsynEndpoint, Asked
from skysyn.dialects.accsyn.events import write, write_query
from skysyn.dialects.accsyn.secrets import PLACES
from skysyn.errors import RemoteError

from .questions import Question, meaning, terms
from .raw import raw_question

if TYPE_CHECKING:
    from skysyn.dialects.secrets import SecretPlaces
    from skysyn.models import JSON, Operation
    from skysyn.transport import Request

MACHINE = "localhost"
"""What recordings call the machine they were made on."""
_DEVICES = {"x-accsyn-device", "asdevice"}


@attrs.frozen
class AccsynLanguage:
    """Reads requests as accsyn's server would."""

    @property
    def family(self) -> str:
        """The service, as models name it."""
        return "accsyn"

    @property
    def places(self) -> SecretPlaces:
        """Where messages hold secrets."""
        return PLACES

    def ask(self, request: Request) -> Question:
        """Return what *request* means; its event id and time do not count."""
        endpoint = AccsynEndpoint()
        try:
            asked = endpoint.read(request)
            operation = endpoint.operation(asked)
        except RemoteError:
            return raw_question(request, PLACES)
        return _question(asked, operation)

    def reading(self, request: Request) -> Operation | None:
        """Return the operation of *request* if it changes nothing, else None."""
        endpoint = AccsynEndpoint()
        try:
            asked = endpoint.read(request)
            is_read = asked.purpose == "event" and asked.event.is_read
            return endpoint.operation(asked) if is_read else None
        except RemoteError:
            return None

    def tidy(self, request: Request) -> Request:
        """Return *request* without the name of this machine."""
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in _DEVICES
        }
        url, query = request.url, urlsplit(request.url).query
        if query:
            url = request.url.partition("?")[0] + "?" + _renamed_query(query)
        body = _renamed(request.body.decode("utf-8", "replace"))
        changed = request.body if body is None else body.encode()
        return attrs.evolve(request, url=url, headers=headers, body=changed)


def _question(asked: Asked, operation: Operation) -> Question:
    # a session is a matter of whom it belongs to, and the login says that
    who = asked.credentials
    secret = () if who is None else (who.secret,)
    shown = {"purpose": asked.purpose, **terms(operation, PLACES)}
    said = meaning(operation, PLACES)
    return Question(
        f"{asked.event.method} {asked.event.uri}",
        {
            "purpose": asked.purpose,
            "workspace": asked.workspace,
            "as": asked.ident or (who.username if who else ""),
            "version": asked.path.rpartition("/")[0],
            "asked": {} if asked.purpose == "login" else said,
        },
        shown,
        secret,
        creates=asked.purpose == "event" and asked.event.method != "GET",
        made=frozenset({asked.eid.lower()} if asked.eid else ()),
    )


def _renamed_query(query: str) -> str:
    text = _renamed(unquote(query))
    return query if text is None else write_query(text)


def _renamed(text: str) -> str | None:
    try:
        found: JSON = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or "hostname" not in found:
        return None
    return write({**found, "hostname": MACHINE})

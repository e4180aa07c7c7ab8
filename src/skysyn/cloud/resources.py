"""REST: classes that answer requests to a collection and its members (§20.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from skysyn.dialects.skygear.refusals import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.models import JSON

    from .messages import Request
    from .registry import HandlerRun

_VERBS = {"GET": ("index", "get"), "POST": ("create",)} | {
    "PUT": ("update",),
    "DELETE": ("delete",),
}


class Resource:
    """The base of a class for `@rest`: define the methods that it is to answer.

    `GET` of the name is `index(self)`, `POST` is `create(self)`; `GET`, `PUT` and
    `DELETE` of `name/id` are `get(self, id)`, `update(self, id)` and
    `delete(self, id)`. An object is made for each request.
    """

    def __init__(self, request: Request) -> None:
        self.request = request

    def get_payload(self) -> dict[str, JSON]:
        """Return the JSON object in the body, an empty one without a body.

        Raises:
            InvalidRequest: the body is something else.
        """
        body = self.request.get_data()
        if not body.strip():
            return {}
        try:
            return msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise refuse(107, "the body is no JSON object") from error


def methods(resource: type[Resource]) -> list[str]:
    """Return the HTTP methods that *resource* has methods for."""
    return [
        method
        for method, names in _VERBS.items()
        if any(hasattr(resource, name) for name in names)
    ]


def runner(resource: type[Resource], base: str) -> HandlerRun:
    """Return the handler that asks an object of *resource*, found below *base*."""

    def run(request: Request) -> object:
        below = request.path.strip("/")[len(base) :].strip("/").split("/")[0]
        made = resource(request)
        match request.method, below:
            case "GET", "":
                return _method(made, "index")()
            case "POST", "":
                return _method(made, "create")()
            case "GET", _:
                return _method(made, "get")(below)
            case "PUT", key if key:
                return _method(made, "update")(below)
            case "DELETE", key if key:
                return _method(made, "delete")(below)
            case _:
                raise refuse(107, "invalid request method")

    return run


def _method(made: Resource, name: str) -> Callable[..., object]:
    found: Callable[..., object] | None = getattr(made, name, None)
    if found is None:
        raise refuse(107, "invalid request method")
    return found

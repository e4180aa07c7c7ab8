"""HTTP messages inside the plugin protocol: requests in, responses out."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
import werkzeug
from werkzeug import Response
from werkzeug.exceptions import HTTPException
from werkzeug.test import create_environ

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .registry import HandlerRun


class Request(werkzeug.Request):
    """A request to a handler; *charset* is what bodies and queries are read in."""

    charset = "utf-8"
    encoding_errors = "replace"


class Wire(msgspec.Struct):
    """A request as it travels."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    header: dict[str, list[str]] = msgspec.field(default_factory=dict[str, list[str]])
    body: str = ""


def load(param: JSON) -> Request:
    """Return the request that *param* says.

    Raises:
        ValueError: it says none.
    """
    wire = msgspec.convert(param, Wire)
    body = b64decode(wire.body)
    headers = [
        (name, value) for name, values in wire.header.items() for value in values
    ]
    environ = create_environ(
        quote(wire.path),
        "http://localhost",
        query_string=wire.query_string,
        method=wire.method,
        headers=headers,
        input_stream=BytesIO(body),
        content_length=len(body),
    )
    return Request(environ)


def answer(run: HandlerRun, param: JSON) -> dict[str, JSON]:
    """Return the response that *run* gives to the request in *param*."""
    request = load(param)
    with request:
        try:
            return dump(run(request))
        except HTTPException as error:
            return dump(error.get_response(request.environ))


def dump(value: object) -> dict[str, JSON]:
    """Return the response that *value* stands for, as it travels.

    Raises:
        TypeError: it stands for none.
    """
    if isinstance(value, Response):
        headers: Mapping[str, str] = dict(value.headers.items())
        return _dump(value.status_code, headers, value.get_data())
    if isinstance(value, str):
        plain = {"Content-Type": "text/plain; charset=utf-8"}
        return _dump(200, plain, value.encode())
    body = json.dumps(value).encode()
    return _dump(200, {"Content-Type": "application/json"}, body)


def _dump(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, JSON]:
    return {
        "status": status,
        "header": {name: [value] for name, value in headers.items()},
        "body": b64encode(body).decode(),
    }

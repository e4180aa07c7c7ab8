"""Plugin: an app as a program that a Skygear server calls over HTTP (§20.4)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from werkzeug import Request, Response

from skysyn.dialects.skygear.refusals import refuse

from . import faults
from .joining import join
from .loading import load_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from skysyn.models import JSON

    from .joining import Code

_messages = msgspec.json.Decoder(dict[str, Any])


def wsgi(app: Code | str, *more: str) -> WSGIApplication:
    """Return *app*, or those of modules, as a WSGI application.

    gunicorn runs it by `gunicorn "skysyn.cloud:wsgi('app.py')"`.
    """
    code = join(load_codes([app, *more])) if isinstance(app, str) else app

    def application(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        with Request(environ) as request:
            return answer(code, request)(environ, start_response)

    return application


def answer(app: Code, request: Request) -> Response:
    """Return the response to one request of a server: `POST /`."""
    if request.path not in {"", "/"}:
        return Response(status=HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        allowed = {"Allow": "POST"}
        return Response(status=HTTPStatus.METHOD_NOT_ALLOWED, headers=allowed)
    try:
        message: dict[str, JSON] = msgspec.json.decode(
            request.get_data(), type=dict[str, Any]
        )
    except (msgspec.MsgspecError, UnicodeDecodeError):
        error = refuse(107, "a message is a JSON object")
        return _json({"error": faults.dump(error)})
    return _json(app.answer(message))


def _json(reply: Mapping[str, JSON]) -> Response:
    return Response(msgspec.json.encode(reply), content_type="application/json")

"""Functions and handlers: what clients call of cloud code (protocol §20.5, §20.6)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlsplit

import msgspec

from skysyn.dialects.skygear.endpoint import Asked
from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.server import chains
from skysyn.server.actions.action import Action
from skysyn.server.framing import moved
from skysyn.server.store import files
from skysyn.transport import Response

from .callers import describe
from .literals import complete

if TYPE_CHECKING:
    from skysyn.models import JSON, Answer
    from skysyn.server.context import Context
    from skysyn.transport import Request

    from .cloud import Cloud
    from .registration import Handler, Op


def action_of(op: Op) -> Action:
    """Return *op* as an action."""
    return Action(_chain(op), lambda context: _call(context, op.name))


def _chain(flags: Op | Handler) -> tuple[chains.Block, ...]:
    if flags.user_required:
        return (chains.authn, chains.user, chains.verified)
    return (chains.authn,) if flags.key_required else (chains.soft,)


def _call(context: Context, name: str) -> JSON | Answer:
    def described(file: str) -> dict[str, JSON]:
        with context.store.read() as work:
            kind = files.content_type(work, file)
        return files.dump(file, kind, context.services.sign(file))

    asked = context.asked
    said = {"api_key": asked.api_key, "access_token": asked.access_token}
    payload = {**asked.payload, **{key: text for key, text in said.items() if text}}
    message: dict[str, JSON] = {
        "kind": "op",
        "name": name,
        "param": complete(payload, described, code=107),
        "context": describe(context, is_plugin=True),
    }
    result = context.cloud.call(message, context.seconds_left())
    return complete(result, described, code=10000)


def asked_by(request: Request) -> Asked:
    """Return who asks for a handler: headers and the query say it, never the body."""
    query = parse_qs(urlsplit(request.url).query)
    headers = {name.lower(): value for name, value in request.headers.items()}
    key = headers.get("x-skygear-api-key") or query.get("api_key", [""])[0]
    token = headers.get("x-skygear-access-token") or query.get("access_token", [""])[0]
    return Asked("plugin", {}, key, token)


def route(cloud: Cloud, request: Request) -> Response | tuple[Action, Asked] | None:
    """Return what answers *request*: a handler, or None if it is for the server.

    Raises:
        NotFound: the path has handlers, but none for this method.
    """
    parts = urlsplit(request.url)
    found = cloud.routes.find(unquote(parts.path, errors="replace"))
    if found is None:
        return None
    if found.location is not None:
        query = f"?{parts.query}" if parts.query else ""
        return moved(request.method, quote(found.location) + query)
    handler = found.handlers.get(request.method)
    if handler is None:
        raise refuse(117, "route unmatched")
    action = Action(_chain(handler), lambda context: _handle(context, handler, request))
    return action, asked_by(request)


class _Answered(msgspec.Struct):
    status: int = 200
    header: dict[str, list[str]] = msgspec.field(default_factory=dict[str, list[str]])
    body: str = ""


def _handle(context: Context, handler: Handler, request: Request) -> Response:
    message: dict[str, JSON] = {
        "kind": "handler",
        "name": handler.name,
        "param": _dump(request),
        "context": describe(context, is_plugin=True),
    }
    result = context.cloud.call(message, context.seconds_left())
    try:
        found = msgspec.convert(result, _Answered)
        body = b64decode(found.body, validate=True)
    except (msgspec.ValidationError, ValueError):
        msg = "the cloud code gave no response"
        raise unexpected(msg) from None
    headers = {name: values[-1] for name, values in found.header.items() if values}
    if not 200 <= found.status <= 599 or not all(
        _is_header(h) for h in headers.items()
    ):
        msg = "the cloud code gave no response that can be sent"
        raise unexpected(msg)
    headers = {n: v for n, v in headers.items() if n.lower() not in _OURS}
    return Response(found.status, headers, body)


_OURS = {"content-length", "transfer-encoding", "connection"}


def _is_header(header: tuple[str, str]) -> bool:
    name, value = header
    is_name = bool(name) and name.isascii() and name.isprintable()
    return is_name and not set(name) & set(" :") and _fits(value)


def _fits(value: str) -> bool:
    try:
        return not set(value.encode("latin-1")) & {0, 10, 13}
    except UnicodeEncodeError:
        return False


def _dump(request: Request) -> dict[str, JSON]:
    parts = urlsplit(request.url)
    header: dict[str, JSON] = {
        "-".join(part.capitalize() for part in name.split("-")): [value]
        for name, value in request.headers.items()
        if name.lower() != "host"
    }
    dumped: dict[str, JSON] = {
        "status": 0,
        "method": request.method,
        "path": unquote(parts.path, errors="replace") or "/",
        "header": header,
        "body": b64encode(request.body).decode(),
    }
    return {**dumped, "query_string": parts.query} if parts.query else dumped

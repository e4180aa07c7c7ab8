"""Exchange: one request, its answer, and how they are kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import attrs
from vcr.request import Request as KeptRequest

from skysyn.transport import Request, Response

from .narrowing import is_items, is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

# as RFC 9110 has them, and Python from 3.13 on: a file is the same by any version
_NAMES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}


@attrs.frozen
class Exchange:
    """A *request* and its *response*.

    *in_order* says that nothing else was sent meanwhile; a *repeated* one may be played
    again and again. *recorded_at* is set if the file was begun at another time. *asks*
    tells people what is asked, where the request itself is hard to read.
    """

    request: Request
    response: Response
    in_order: bool = True
    repeated: bool = False
    recorded_at: str | None = None
    asks: Mapping[str, str] = attrs.field(factory=dict[str, str])


def keep(exchange: Exchange) -> tuple[KeptRequest, dict[str, object]]:
    """Return *exchange* as vcrpy keeps it."""
    request, response = exchange.request, exchange.response
    kept = KeptRequest(
        request.method, request.url, request.body or None, dict(request.headers)
    )
    answer: dict[str, object] = {
        "status": {"code": response.status, "message": _phrase(response.status)},
        "headers": {name: [value] for name, value in response.headers.items()},
        "body": {"string": response.body},
    }
    if not exchange.in_order:
        answer["order"] = "any"
    if exchange.repeated:
        answer["repeat"] = True
    if exchange.asks:
        answer["asks"] = dict(exchange.asks)
    if exchange.recorded_at is not None:
        answer["recorded_at"] = exchange.recorded_at
    return kept, answer


def restore(kept: KeptRequest, answer: Mapping[str, object]) -> Exchange:
    """Return the exchange that vcrpy kept."""
    body = kept.body
    status, held = answer.get("status"), answer.get("body")
    code = status.get("code") if is_mapping(status) else None
    content = held.get("string") if is_mapping(held) else None
    recorded_at = answer.get("recorded_at")
    return Exchange(
        Request(
            kept.method,
            kept.uri,
            dict(kept.headers.items()),
            body if isinstance(body, bytes) else b"",
        ),
        Response(
            code if isinstance(code, int) else 200,
            _headers(answer.get("headers")),
            content if isinstance(content, bytes) else b"",
        ),
        answer.get("order") != "any",
        answer.get("repeat") is True,
        recorded_at if isinstance(recorded_at, str) else None,
        _asks(answer.get("asks")),
    )


def _asks(found: object) -> dict[str, str]:
    if not is_mapping(found):
        return {}
    return {name: str(term) for name, term in found.items()}


def _headers(found: object) -> dict[str, str]:
    if not is_mapping(found):
        return {}
    return {
        name: ", ".join(map(str, values)) if is_items(values) else str(values)
        for name, values in found.items()
    }


def _phrase(status: int) -> str:
    try:
        return _NAMES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return ""

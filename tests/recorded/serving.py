"""Serving: sessions whose transport answers with what was recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from skysyn import MockTransport, Response, Skygear, SkygearSession, connect

if TYPE_CHECKING:
    from skysyn import JSON, Request

    from .recordings import Exchange

ENDPOINT = "https://app.example.com"


class Served:
    """Answers with one exchange; a batch that is cut gets its part of the answer."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._left = exchange.items

    def __call__(self, request: Request) -> Response:
        """Return the answer, or the part that belongs to *request*."""
        body: dict[str, JSON] = json.loads(request.body)
        records = body.get("records")
        sent = records if isinstance(records, list) else []
        if not 0 < len(sent) < len(self._exchange.items):
            return self._exchange.response()
        part, self._left = self._left[: len(sent)], self._left[len(sent) :]
        return _response(part)


def serve(exchange: Exchange) -> tuple[SkygearSession, MockTransport]:
    """Return a session with the keys and token of *exchange*, and what carries it."""
    transport = MockTransport(Served(exchange))
    user = exchange.body.get("_user_id")
    dialect = Skygear(
        ENDPOINT,
        api_key=exchange.headers.get("X-Skygear-API-Key"),
        access_token=exchange.headers.get("X-Skygear-Access-Token"),
        user_id=None if user is None else str(user),
    )
    return connect(dialect, transport=transport), transport


def answering(rows: list[JSON]) -> SkygearSession:
    """Return a session where every request is answered with *rows*."""
    transport = MockTransport(lambda _: _response(rows))
    return connect(Skygear(ENDPOINT, api_key="key"), transport=transport)


def _response(rows: object) -> Response:
    return Response(200, {}, json.dumps({"result": rows}).encode())

"""A session whose every answer is the same."""

from __future__ import annotations

from skysyn import MockTransport, Response, Skygear, SkygearSession, connect

from .service import ENDPOINT


def answering(status: int, body: bytes) -> SkygearSession:
    transport = MockTransport(lambda _: Response(status, {}, body))
    return connect(Skygear(ENDPOINT, api_key="canary-key"), transport=transport)

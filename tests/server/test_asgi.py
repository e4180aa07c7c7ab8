"""The server as an ASGI application of other web servers."""

from __future__ import annotations

import asyncio
import socket
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from skysyn import connect
from skysyn.pubsub import Message
from skysyn.server import ASGIApp, Server

from .asking import settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def address() -> Iterator[str]:
    """Where a uvicorn of somebody else's has it, which wants its start agreed to."""
    with Server(settings()) as server, socket.create_server(("127.0.0.1", 0)) as taken:
        config = uvicorn.Config(ASGIApp(server), lifespan="on", log_level="critical")
        web = uvicorn.Server(config)
        thread = Thread(target=web.run, args=([taken],))
        thread.start()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        web.should_exit = True
        thread.join()


def test_another_web_server_answers_and_has_channels(address: str) -> None:
    with Server(settings()) as server, connect(server.client(address)) as session:
        ada = session.signup(username="ada", password="secret")
        assert session.me().user_id == ada.user_id

        with session.subscribe("news") as messages:
            session.publish("news", "sun")
            assert messages.receive(60) == Message("news", "sun")


def test_starting_and_stopping_are_agreed_to() -> None:
    said: list[str] = []
    told = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, Any]:
        return {"type": next(told)}

    async def send(message: Any) -> None:
        said.append(message["type"])

    with Server(settings()) as server:
        app = ASGIApp(server)
        asyncio.run(app({"type": "lifespan"}, receive, send))
        app.close()

    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

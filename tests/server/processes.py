"""Processes: several servers of one app, each started by its command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from skysyn import HTTPTransport, Request

from .asking import KEY, MASTER

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from skysyn import Response

_COMMAND = [sys.executable, "-c", "from skysyn.cli import main; main()", "serve"]


@attrs.frozen
class Peer:
    """A client of the server at *endpoint*, with a user's *token* if it has one."""

    endpoint: str
    key: str = KEY
    token: str | None = None

    @property
    def socket(self) -> str:
        """Where its WebSockets are."""
        return self.endpoint.replace("http", "ws", 1)

    def send(self, method: str, path: str, body: bytes = b"", **more: str) -> Response:
        """Return the response of the server."""
        headers = {"X-Skygear-API-Key": self.key, **more}
        if self.token is not None:
            headers["X-Skygear-Access-Token"] = self.token
        with HTTPTransport() as transport:
            return transport.send(
                Request(method, f"{self.endpoint}{path}", headers, body)
            )

    def ask(self, action: str, **payload: Any) -> Any:
        """Return the body that answers *action*."""
        path = f"/{action.replace(':', '/')}"
        return json.loads(self.send("POST", path, json.dumps(payload).encode()).body)

    def result(self, action: str, **payload: Any) -> Any:
        """Return the result of *action*; fail if it is refused."""
        body = self.ask(action, **payload)
        assert "error" not in body, body
        return body.get("result")

    def signup(self, name: str) -> str:
        """Return the token of a new user."""
        data = {"username": name}
        made = self.result("auth:signup", auth_data=data, password="secret")
        return str(made["access_token"])

    def by(self, token: str) -> Peer:
        """Return the user of *token* at the same server."""
        return attrs.evolve(self, token=token)


@contextmanager
def serving(
    count: int, folder: Path, *options: str, **variables: str
) -> Generator[list[Peer]]:
    """Start *count* servers at once; give a client of each."""
    keys = ["--api-key", KEY, "--master-key", MASTER]
    with ExitStack() as stack:
        started = [
            stack.enter_context(_started([*keys, *options], folder, variables))
            for _ in range(count)
        ]
        yield [Peer(_endpoint(process)) for process in started]


@contextmanager
def _started(
    options: Sequence[str], folder: Path, variables: dict[str, str]
) -> Generator[subprocess.Popen[str]]:
    command = [*_COMMAND, "--port", "0", *options]
    environ = {**os.environ, **variables}
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _endpoint(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        name, _, value = line.strip().removeprefix("export ").partition("=")
        if name == "SKYGEAR_ENDPOINT":
            return value
    msg = "the server did not start"
    raise AssertionError(msg)

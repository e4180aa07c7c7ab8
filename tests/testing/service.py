"""A service for recordings: it echoes what it is asked, with a number of its own."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from skysyn import Request, Response, Skygear
from skysyn.models import Call
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.cassette import Cassette, Rules
from skysyn.testing.modes import Mode
from skysyn.testing.skygear import SkygearLanguage
from skysyn.transport import MockTransport, Transport

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn import JSON

CLIENT = Skygear("https://app.example.com", api_key="the-key-of-the-client")


def request(action: str, **payload: Any) -> Request:
    """Return the request of a Skygear client for *action*."""
    return CLIENT.encode(Call(action, payload))


class Echo(MockTransport):
    """Answers every request with what it asks for and how many came before."""

    def __init__(self) -> None:
        super().__init__(self._echo)
        self._lock = threading.Lock()
        self.count = 0

    def _echo(self, asked: Request) -> Response:
        with self._lock:
            self.count += 1
            number = self.count
        body = json.dumps({"result": {"asked": json.loads(asked.body), "n": number}})
        return Response(200, {"Content-Type": "application/json"}, body.encode())


def cassette(path: Path, mode: Mode, **rules: Any) -> Cassette:
    """Return a cassette of Skygear's at *path*."""
    return Cassette(path, SkygearLanguage(), mode, Rules(**rules))


def record(path: Path, *asked: Request, through: Transport | None = None) -> None:
    """Record *asked* to *path*."""
    upstream = through or Echo()
    with cassette(path, Mode.REWRITE) as recording:
        transport = CassetteTransport(recording, lambda: upstream)
        for one in asked:
            transport.send(one)


def result(response: Response) -> JSON:
    """Return the result in *response*."""
    found: dict[str, JSON] = json.loads(response.body)
    return found["result"]

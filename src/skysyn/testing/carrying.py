"""CassetteTransport: requests answered by a cassette."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from typing_extensions import override

from skysyn.errors import CassetteError
from skysyn.transport import Request, Response, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cassette import Cassette


class CassetteTransport(Transport):
    """Plays or records by *cassette*; *make* opens the way to the service.

    Nothing is opened before a request must reach the service.
    """

    def __init__(
        self, cassette: Cassette, make: Callable[[], Transport] | None = None
    ) -> None:
        self.cassette = cassette
        self._make = make
        self._inner: Transport | None = None
        self._lock = threading.Lock()

    @override
    def send(self, request: Request) -> Response:
        return self.cassette.answer(request, self._send)

    def _send(self, request: Request) -> Response:
        return self._open().send(request)

    def _open(self) -> Transport:
        if self._make is None:
            msg = "nothing leads to the service: give the transport to record through"
            raise CassetteError(msg, path=str(self.cassette.path))
        # threads that come at once go by one way, which keeps one rate limit
        with self._lock:
            if self._inner is None:
                self._inner = self._make()
            return self._inner

    @override
    def close(self) -> None:
        with self._lock:
            inner = self._inner
        if inner is not None:
            inner.close()

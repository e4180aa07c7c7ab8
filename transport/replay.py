"""ReplayTransport: answers from recordings."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from skysyn.errors import TransportError

from .base import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .messages import Request, Response


def is_same_request(recorded: Request, sent: Request) -> bool:
    """Say whether both have the same method, URL and body."""
    return (recorded.method, recorded.url, recorded.body) == (
        sent.method,
        sent.url,
        sent.body,
    )


class ReplayTransport(Transport):
    """Answer each request by the first unused recording that matches it.

    Each recording answers once; a request without one is an error. *is_match* is
    called with the recorded and the sent request.
    """

    def __init__(
        self,
        exchanges: Iterable[tuple[Request, Response]],
        is_match: Callable[[Request, Request], bool] = is_same_request,
    ) -> None:
        self._is_match = is_match
        self._lock = threading.Lock()
        self.unused = list(exchanges)

    def send(self, request: Request) -> Response:
        """Return the recorded answer to *request*.

        Raises:
            TransportError: no unused recording matches.
        """
        with self._lock:
            for index, (recorded, response) in enumerate(self.unused):
                if self._is_match(recorded, request):
                    del self.unused[index]
                    return response
            left = len(self.unused)
        msg = f"no recording answers {request!r}; {left} are unused"
        raise TransportError(msg, url=request.safe_url, maybe_sent=False)

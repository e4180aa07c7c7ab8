"""MockTransport: answers from a function, for tests without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import DeclarationError

from .base import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from .messages import Request, Response


class MockTransport(Transport):
    """Answer every request by *answer*, and keep the requests in `requests`."""

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        is_function = callable(answer)
        if not is_function:
            msg = f"{answer!r:.80} is no function from Request to Response"
            raise DeclarationError(msg)
        self._answer = answer
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        """Return what the function answers to *request*."""
        self.requests.append(request)
        return self._answer(request)

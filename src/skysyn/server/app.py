"""App: what a request can be answered by, so that several share one port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from skysyn.transport import Request, Response

HEAD = 256 * 1024
"""How many bytes a request line may have where nobody needs more."""


class App(Protocol):
    """A service that answers the requests for some of the paths of a port."""

    @property
    def max_body(self) -> int:
        """How many bytes a body may have."""
        ...

    @property
    def max_head(self) -> int:
        """How many bytes a request line may have."""
        ...

    def serves(self, path: str) -> bool:
        """Whether requests for *path* are this service's."""
        ...

    def is_at(self, endpoint: str) -> None:
        """Note where clients reach the service."""
        ...

    def answer(self, request: Request, address: str = "") -> Response:
        """Return the response to *request*, which came from *address*."""
        ...

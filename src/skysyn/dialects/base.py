"""Dialect and Endpoint: one service's language, said and listened to; no I/O."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from .secrets import SecretPlaces

if TYPE_CHECKING:
    from collections.abc import Generator

    from skysyn.errors import RemoteError
    from skysyn.models import Operation, Result
    from skysyn.transport import Request, Response


class Dialect(ABC):
    """Says operations in a service's language; frozen settings, no I/O."""

    @property
    @abstractmethod
    def family(self) -> str:
        """The service, as models name it."""

    @property
    @abstractmethod
    def endpoint_url(self) -> str:
        """Where requests go, as far as is known before the first one."""

    @abstractmethod
    def encode(self, operation: Operation) -> Request:
        """Return the request that asks for *operation*.

        Raises:
            QueryError: the service cannot be asked this.
            ConversionError: a value has no wire form.
        """

    @abstractmethod
    def decode(self, operation: Operation, response: Response) -> Result:
        """Return what *response* answers to *operation*.

        Raises:
            RemoteError: the service said no.
            ProtocolError: this is not the service's language.
        """

    @abstractmethod
    def redact(self, text: str) -> str:
        """Return *text* with every secret of this dialect masked."""

    @property
    def secret_places(self) -> SecretPlaces:
        """Where messages hold secrets, which recordings must not keep."""
        return SecretPlaces()

    def explain_failure(self, error: RemoteError) -> RemoteError:
        """Return *error* with the errors of single items in it as typed errors."""
        return error

    def login(self) -> Generator[Request, Response, Self]:
        """Yield the requests that log in; return the dialect that is logged in."""
        yield from ()
        return self


class Endpoint(ABC):
    """Listens to a service's language, which a local server needs."""

    @abstractmethod
    def parse(self, request: Request) -> Operation:
        """Return the operation that *request* asks for.

        Raises:
            RemoteError: what the service would answer, as it is no such request.
        """

    @abstractmethod
    def render(self, operation: Operation, outcome: Result | RemoteError) -> Response:
        """Return the response that says *outcome* of *operation*."""

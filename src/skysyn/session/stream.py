"""Stream: what is told as it happens, event by event."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from skysyn.closing import Closing
from skysyn.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator

E_co = TypeVar("E_co", covariant=True)


class Stream(Closing, Generic[E_co]):
    """Events as they come: iterating waits for each, until the stream is closed."""

    @abstractmethod
    def receive(self, timeout: float | None = None) -> E_co:
        """Return the next event, waiting up to *timeout* seconds for it.

        Raises:
            TimedOut: nothing came.
            StateError: the stream is closed.
        """

    def __iter__(self) -> Iterator[E_co]:
        return self

    def __next__(self) -> E_co:
        try:
            return self.receive()
        except StateError as error:
            if error.__cause__ is not None:
                # it was not closed, but failed
                raise
            raise StopIteration from None

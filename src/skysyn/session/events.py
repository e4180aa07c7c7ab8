"""Events: what a subscription yields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

if TYPE_CHECKING:
    from skysyn.errors import ConversionError
    from skysyn.models import JSON

T = TypeVar("T")


@attrs.frozen
class Message(Generic[T]):
    """What somebody published: *data* on *channel*."""

    channel: str
    data: T


@attrs.frozen
class Gap:
    """Messages may have been lost on *channels* before this; look again at their state.

    *reason* says why. *lost* is how many, or None where nobody can know. What is
    published after a gap is yielded comes in its turn.
    """

    channels: frozenset[str]
    reason: str
    lost: int | None = None

    def __or__(self, other: Gap) -> Gap:
        """Return the gap that covers this one and the *other* right after it."""
        known = self.lost is not None and other.lost is not None
        lost = (self.lost or 0) + (other.lost or 0) if known else None
        return Gap(self.channels | other.channels, other.reason, lost)


@attrs.frozen
class Unreadable:
    """A message whose *data* is not of the type that was asked for."""

    channel: str
    data: JSON
    error: ConversionError

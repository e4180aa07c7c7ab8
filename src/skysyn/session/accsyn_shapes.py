"""Shapes: reading the results of events that are no entities."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from skysyn.errors import ProtocolError

T = TypeVar("T")


def convert(result: object, shape: type[T], uri: str) -> T:
    """Return *result* as a *shape*.

    Raises:
        ProtocolError: it is something else; the text says where.
    """
    wanted: Any = shape
    try:
        found: T = msgspec.convert(result, wanted)
    except msgspec.ValidationError as error:
        msg = f"{uri} answered something else: {error}"
        raise ProtocolError(msg, status=200) from error
    return found

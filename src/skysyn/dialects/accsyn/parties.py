"""Parties: the ends of a transfer or an access entry, as `<type>:<id>`."""

from __future__ import annotations

from typing import Self

import attrs

from skysyn.errors import ConversionError

from . import values


@attrs.frozen
class Party:
    """An entity by *type* and *id*; `str()` is `type:id`."""

    type: str
    id: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split `type:id`.

        Raises:
            ConversionError: it is no such reference.
        """
        kind, colon, key = text.partition(":")
        if not (colon and key):
            msg = f"{text!r} is no reference: write 'type:id', such as 'user:66b1…'"
            raise ConversionError(msg, value=text)
        return cls(values.check_type(kind), key)

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"


def parse_party(text: str | None) -> Party | None:
    """Return the party that an attribute names; an empty one names none."""
    return Party.parse(text) if text else None

"""Secret: text that no repr, log or message shows."""

from __future__ import annotations

import attrs


def _hidden(_: str) -> str:
    return "'***'"


@attrs.frozen
class Secret:
    """Hold a password; only `reveal()` gives it back."""

    _text: str = attrs.field(repr=_hidden)

    def reveal(self) -> str:
        """Return the text itself, for the one place that sends it."""
        return self._text

    def __str__(self) -> str:
        return "***"

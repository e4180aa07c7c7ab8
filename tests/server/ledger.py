"""A ledger: what clients begin and end to write, so that nobody sees older values."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # attrs resolves it
from threading import Lock
from typing import Any

import attrs


@attrs.define
class Ledger:
    """What each client has begun to write on each board, and what was acknowledged.

    A board is a record with a field for each client, who alone writes it, and writes
    higher and higher numbers.
    """

    wrong: list[str] = attrs.field(factory=list[str])
    numbers: list[int] = attrs.field(factory=list[int])
    _begun: dict[tuple[int, int], int] = attrs.field(factory=dict[Any, int])
    _done: dict[tuple[int, int], int] = attrs.field(factory=dict[Any, int])
    _lock: Lock = attrs.field(factory=Lock)

    def begin(self, board: int, client: int, number: int) -> None:
        """Note that a client is about to write *number*."""
        with self._lock:
            self._begun[board, client] = number

    def end(self, board: int, client: int) -> None:
        """Note that what a client began is acknowledged."""
        with self._lock:
            self._done[board, client] = self._begun[board, client]

    def done(self, board: int) -> dict[int, int]:
        """Return the numbers that are acknowledged: nobody may see lower ones."""
        with self._lock:
            return {c: n for (b, c), n in self._done.items() if b == board}

    def check(self, board: int, low: dict[int, int], seen: Mapping[str, Any]) -> None:
        """Note what is wrong with a board *seen* after *low* was acknowledged."""
        with self._lock:
            high = {c: n for (b, c), n in self._begun.items() if b == board}
        for client, number in high.items():
            found = int(seen.get(f"by{client}", 0))
            if not low.get(client, 0) <= found <= number:
                said = f"{low.get(client, 0)} <= {found} <= {number}"
                self.wrong.append(f"board {board}, client {client}: not {said}")

"""Action: a chain of checks and what runs after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.models import JSON, Answer
    from skysyn.server.chains import Block
    from skysyn.server.context import Context
    from skysyn.server.store.catalog import Catalog
    from skysyn.server.store.foresight import Lookup
    from skysyn.transport import Response


@attrs.frozen
class Action:
    """What one name asks for; *run* returns the result or the whole response.

    One that *only_reads* does so in the transaction in which its chain was passed.
    What it will look up there, *foresee* says, or raises `Unforeseen`.
    """

    chain: tuple[Block, ...]
    run: Callable[[Context], JSON | Answer | Response]
    only_reads: bool = False
    foresee: Callable[[Context, Catalog], list[Lookup]] | None = None

    def answer(self, context: Context) -> JSON | Answer | Response:
        """Pass the chain and run, all in what *context* reads in."""
        with context.read() as work:
            for block in self.chain:
                block(context, work)
            return self.run(context)

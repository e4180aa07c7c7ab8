"""Action: a chain of checks and what runs after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.models import JSON, Answer
    from skysyn.server.chains import Block
    from skysyn.server.context import Context
    from skysyn.transport import Response


@attrs.frozen
class Action:
    """What one name asks for; *run* returns the result or the whole response.

    One that *only_reads* does so in the transaction in which its chain was passed.
    """

    chain: tuple[Block, ...]
    run: Callable[[Context], JSON | Answer | Response]
    only_reads: bool = False

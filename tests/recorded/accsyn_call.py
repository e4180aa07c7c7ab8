"""What a call is: in our `Session`, and with typed entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import AccsynSession
    from skysyn.accsyn import Session

Plain: TypeAlias = "Callable[[Session], object]"
Typed: TypeAlias = "Callable[[AccsynSession], object]"
Call: TypeAlias = "tuple[Plain | None, Typed | None]"

MANY = ["share=p/" + "x" * 55 + str(n) for n in range(2000)]

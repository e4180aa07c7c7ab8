"""Clock: time and sleep as a value, so that tests can hand in a virtual one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.frozen
class Clock:
    """The time as transports see it.

    *now* is monotonic and measures waits, *wall* is the date that servers count by
    (seconds since 1970), *sleep* waits.
    """

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

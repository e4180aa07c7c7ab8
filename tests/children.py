"""Forked processes, for what has to survive a fork."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def act_in_child(act: Callable[[], object]) -> int:
    """Return how a forked process that does *act* ends: with 0, if all is well."""
    child = os.fork()
    if child == 0:
        # who waits for a thread that only the parent has would wait for ever
        signal.alarm(10)
        try:
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

"""A nursery: starts servers fast, each of which may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Self

import attrs

if TYPE_CHECKING:
    from types import TracebackType

# starts a server for each line that it reads, without starting Python again each time
_WAITING = """
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    if os.fork() == 0:
        with serving() as served:
            print(os.getpid(), served.endpoint, flush=True)
            served.wait()
"""


@attrs.frozen
class Served:
    """A server that runs: the id of its process, and where it listens."""

    process: int
    endpoint: str

    def kill(self) -> None:
        """End it at once, without a chance to clean up."""
        os.kill(self.process, signal.SIGKILL)


class Nursery:
    """Starts servers by `serving()`, which a *script* declares, with *arguments*."""

    def __init__(self, script: str, *arguments: str) -> None:
        command = [sys.executable, "-c", script + _WAITING, *arguments]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def start(self) -> Served:
        """Start one more."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(file=self._process.stdin, flush=True)
        number, endpoint = self._process.stdout.readline().split()
        return Served(int(number), endpoint)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()

"""Redis for tests: started from what is installed, gone afterwards."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import redis

from tests.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType

_SECONDS = 60.0


def find_program() -> Path | None:
    """Return Redis' program, or None."""
    found = shutil.which("redis-server")
    return None if found is None else Path(found)


class RedisServer:
    """One Redis on a free port of this machine, that keeps nothing."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="skysyn-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"redis://127.0.0.1:{self._port}/0"

    @property
    def client(self) -> Any:
        """A client of its first database."""
        make: Any = redis.Redis
        return make.from_url(self.url)

    def start(self) -> None:
        """Start, and return when it answers."""
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [self._program, *options, "--dir", self._folder],
            stdout=subprocess.DEVNULL,
        )
        last = time.monotonic() + _SECONDS
        while not self._answers(self._process.pid):
            assert self._process.poll() is None, "Redis does not start"
            assert time.monotonic() < last, "Redis does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop, as when a machine is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self, process: int) -> bool:
        """Return whether it is this one that answers on the port."""
        try:
            with self.client as client:
                return bool(client.info("server")["process_id"] == process)
        except redis.ConnectionError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

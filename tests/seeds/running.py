"""Running: cloud code in `skysyn serve --code`, asked by curl."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import attrs
import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

KEY, MASTER = "your-api-key", "your-master-key"


@attrs.define
class Running:
    """A server with the cloud code of a file, in a process of its own."""

    code: Path
    folder: Path
    options: tuple[str, ...] = ()
    endpoint: str = ""
    _process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        source = "from skysyn.cli import main; main()"
        keys = ["--api-key", KEY, "--master-key", MASTER, "--database", "app.db"]
        asked = ["serve", "--code", str(self.code), "--port", "0", *keys]
        self._process = subprocess.Popen(
            [sys.executable, "-c", source, *asked, *self.options],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            name, _, value = line.strip().removeprefix("export ").partition("=")
            if name == "SKYGEAR_ENDPOINT":
                self.endpoint = value
                return self
        msg = "the server did not start"
        raise AssertionError(msg)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=60)


@attrs.frozen
class Reply:
    """What curl was answered."""

    status: int
    kind: str
    body: str
    location: str = ""


def curl(url: str, *options: str) -> Reply:
    """Return what is answered to a request by curl; skip where it is missing."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    wanted = r"\n%{http_code}\n%{content_type}\n%{redirect_url}"
    asked = [program, "-s", "--noproxy", "*", "-w", wanted, *options, url]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
    body, status, kind, location = done.stdout.rsplit("\n", 3)
    return Reply(int(status), kind, body, location)

"""Worlds: a workspace with real files, served to clients in every way they come."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from skysyn.server import Serving
from skysyn.server.accsyn.proxy import Proxy
from skysyn.server.accsyn.server import AccsynServer
from skysyn.server.accsyn.settings import Account, AccsynSettings, Space
from skysyn.server.accsyn.upstreams import Upstream, Upstreams
from skysyn.server.listening import Certificate
from tests.live.authority import HOSTS, authority, authority_file

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

STORIES = Path(__file__).parent
USER, KEY, PASSWORD = "admin@acme.example", "the-key", "the-password"
SPEED = 200.0

Way: TypeAlias = Literal["direct", "proxy", "hostname"]
WAYS: tuple[Way, ...] = ("direct", "proxy", "hostname")


def fill(root: Path) -> Path:
    """Make the files that stories are about; one of them is huge and empty."""
    for folder in ("scd/deep", "empty", "full/x", "Jönsson & Co #1?+%"):
        (root / folder).mkdir(parents=True)
    files = {"a.mov": 10, "b.mov": 20, "c.tmp": 1, "deep/x.exr": 7}
    for name, size in files.items():
        (root / "scd" / name).write_text("x" * size)
    (root / "full/x/y").write_text("y")
    with (root / "huge.bin").open("wb") as file:
        file.truncate(10**12)
    return root


@attrs.frozen
class World:
    """Where clients find a workspace, and the folder of its files."""

    root: Path
    options: dict[str, Any]
    ca: Path

    def tell(
        self,
        python: str | Path,
        module: str,
        story: str,
        *,
        environment: Mapping[str, str] | None = None,
        **more: Any,
    ) -> list[Any]:
        """Have a client tell a story in its own environment; return its steps."""
        told = {
            **(environment or {}),
            "STORY_FOLDER": str(self.root),
            "STORY_MODULE": module,
            "STORY_OPTIONS": json.dumps({**self.options, **more}),
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ACCSYN_")}
        done = subprocess.run(
            [python, "-Wignore", "-m", f"clients.{story}"],
            cwd=STORIES,
            env={**kept, "NO_PROXY": "*", "PYTHONUTF8": "1", **told},
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def served(folder: Path, way: Way, port: int = 0) -> Generator[World]:
    """Serve a new workspace in one of the ways."""
    root, ca = fill(folder / "share"), authority_file(folder)
    account = Account(USER, "admin", KEY, password=PASSWORD)
    space = Space("acmefilm", (account,), {"proj": root})
    settings = AccsynSettings(spaces=(space,), speed=SPEED)
    options: dict[str, Any] = {"username": USER, "api_key": KEY}
    certificate = None if way == "direct" else _certificate(folder)
    with ExitStack() as stack:
        server = stack.enter_context(AccsynServer(settings))
        serving = Serving(server, port=port, certificate=certificate)
        stack.enter_context(serving)
        if way == "direct":
            options["proxy"] = f"accsyn:127.0.0.1:{serving.port}"
        elif way == "hostname":
            options |= {"hostname": "localhost", "port": serving.port}
        else:
            upstreams = Upstreams([Upstream.parse(f"https://localhost:{serving.port}")])
            proxy = stack.enter_context(Proxy(upstreams, ca=ca))
            options["proxy"] = f"accsyn:127.0.0.1:{proxy.port}"
        yield World(root, options, ca)


def _certificate(folder: Path) -> Certificate:
    issued = authority().issue_cert(*HOSTS)
    chain = folder / "server.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(str(chain))
    return Certificate(chain)


def told_before(story: str) -> list[Any]:
    """Return the steps of a story as they were told when it was written down."""
    lines = (STORIES / "clients" / f"{story}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]

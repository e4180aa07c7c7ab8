"""Commanding: `skysyn serve`, run up to where it would listen."""

from __future__ import annotations

import attrs
from typer.testing import CliRunner, Result

from skysyn.cli.app import app
from skysyn.server import Settings

MASTER = "m" * 32


@attrs.define
class Command:
    """The command, up to where it would listen: with what, and where."""

    settings: Settings = attrs.field(factory=Settings)
    address: tuple[str, int] = ("", 0)

    def start(self, settings: Settings, host: str, port: int) -> None:
        self.settings, self.address = settings, (host, port)

    def run(self, *options: str) -> Result:
        return CliRunner().invoke(app, ["serve", *options], obj=self.start)

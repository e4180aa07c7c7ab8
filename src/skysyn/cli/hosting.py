"""Hosting: cloud code inside `skysyn serve`, read again when it changes."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import attrs
import typer

from skysyn.errors import SkysynError

from .loading import load_app

if TYPE_CHECKING:
    from collections.abc import Generator

    from skysyn.cloud import Options
    from skysyn.server import Server, Settings
    from skysyn.server.cloud import CloudCode

_log = logging.getLogger("skysyn.cloud")


@attrs.frozen
class Hosted:
    """Cloud code that is to run in a server, which clients reach at *endpoint*.

    With *reload* it is read again whenever a file beside it changes.
    """

    module: str = ""
    reload: bool = False
    endpoint: str = "http://127.0.0.1:3000"

    def load(self, settings: Settings) -> CloudCode | None:
        """Return the code, with options that say what *settings* do.

        Raises:
            DeclarationError: there is none, or it fails.
        """
        if not self.module:
            return None
        if self.module.startswith(("http://", "https://")):
            from skysyn.server.cloud import RemoteCode  # noqa: PLC0415  # seldom

            return RemoteCode(self.module)
        return load_app(self.module, self._options(settings))

    def _options(self, settings: Settings) -> Options:
        from skysyn.cloud import Options  # noqa: PLC0415  # as above

        options = Options.from_environment()
        options.apikey = settings.api_key
        options.masterkey = settings.master_key
        options.appname = settings.app
        options.database_url = settings.database
        options.skygear_endpoint = self.endpoint
        return options

    @contextmanager
    def watched(self, server: Server, endpoint: str) -> Generator[None]:
        """Tell the code that *server* is at *endpoint*; read it again as it changes."""
        hosted = attrs.evolve(self, endpoint=endpoint)
        hosted.tell(server)
        if not self.reload or not self.module or "://" in self.module:
            yield
            return
        stopped = Event()
        watching = Thread(target=hosted._watch, args=(server, stopped), daemon=True)
        watching.start()
        try:
            yield
        finally:
            stopped.set()
            watching.join()

    def tell(self, server: Server) -> None:
        """Let the code of *server* know where it is reached: port 0 is known late."""
        options: Options | None = getattr(server.code, "options", None)
        if options is not None:
            options.skygear_endpoint = self.endpoint

    def _watch(self, server: Server, stopped: Event) -> None:
        from watchfiles import PythonFilter, watch  # noqa: PLC0415  # as above

        from skysyn.cloud.loading import folder_of  # noqa: PLC0415  # as above

        # what a save writes comes in several steps; requests run on meanwhile
        folder, python = folder_of(self.module), PythonFilter()
        for _ in watch(folder, watch_filter=python, stop_event=stopped, step=50):
            self.renew(server)

    def renew(self, server: Server) -> None:
        """Run the code as it is now; if it cannot be, go on with what runs."""
        try:
            code = self.load(server.settings)
            if code is not None:
                server.run_code(code)
                typer.echo(f"# {self.module} was read again")
        except (Exception, SystemExit) as error:
            _log.exception("%s cannot be run, so the last one goes on", self.module)
            if isinstance(error, SkysynError):
                typer.echo(f"# {self.module} was not read again: {error}")

"""Hosting: cloud code inside `skysyn serve`, read again when it changes."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import attrs
import typer

from skysyn.errors import SkysynError

from .loading import load_apps

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from skysyn.cloud import Options
    from skysyn.server import Server, Settings
    from skysyn.server.cloud import CloudCode

_log = logging.getLogger("skysyn.cloud")
_REMOTE = ("http://", "https://")


def _once(modules: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(module for module in modules if module))


@attrs.frozen
class Hosted:
    """Cloud code that is to run in a server, which clients reach at *endpoint*.

    With *reload* all of it is read again whenever a file beside it changes.
    """

    modules: tuple[str, ...] = attrs.field(default=(), converter=_once)
    reload: bool = False
    endpoint: str = "http://127.0.0.1:3000"

    def load(self, settings: Settings) -> CloudCode | None:
        """Return the code, with options that say what *settings* do.

        Raises:
            DeclarationError: there is none, or it fails.
        """
        if not self.modules:
            return None
        from skysyn.cloud.joining import join  # noqa: PLC0415  # seldom
        from skysyn.server.cloud import RemoteCode  # noqa: PLC0415  # as above

        apps = load_apps(self._files(), self._options(settings))
        return join({name: apps.get(name) or RemoteCode(name) for name in self.modules})

    def _files(self) -> list[str]:
        return [module for module in self.modules if not module.startswith(_REMOTE)]

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
        if not self.reload or not self._files():
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
        codes: Mapping[str, object] = getattr(server.code, "codes", {"": server.code})
        for code in codes.values():
            options: Options | None = getattr(code, "options", None)
            if options is not None:
                options.skygear_endpoint = self.endpoint

    def _watch(self, server: Server, stopped: Event) -> None:
        from watchfiles import PythonFilter, watch  # noqa: PLC0415  # as above

        from skysyn.cloud.loading import folder_of  # noqa: PLC0415  # as above

        # what a save writes comes in several steps; requests run on meanwhile
        folders, python = {folder_of(file) for file in self._files()}, PythonFilter()
        for _ in watch(*folders, watch_filter=python, stop_event=stopped, step=50):
            self.renew(server)

    def renew(self, server: Server) -> None:
        """Run the code as it is now; if it cannot be, go on with what runs."""
        files = self._files()
        read, was = ", ".join(files), "was" if len(files) == 1 else "were"
        try:
            code = self.load(server.settings)
            if code is not None:
                server.run_code(code)
                typer.echo(f"# {read} {was} read again")
        except (Exception, SystemExit) as error:
            _log.exception("%s cannot be run, so the last one goes on", read)
            if isinstance(error, SkysynError):
                typer.echo(f"# {read} {was} not read again: {error}")

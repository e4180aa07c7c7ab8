"""Hosting: cloud code inside `skysyn serve`, read again when it changes."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import partial
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
_START_SECONDS = 10.0
_LOOK_MILLISECONDS = 100


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
        ready, stopped = Event(), Event()
        watch = partial(hosted._watch, server, ready, stopped)
        watching = Thread(target=watch, daemon=True)
        watching.start()
        # else what changes as soon as the server is announced may be missed
        ready.wait(_START_SECONDS)
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

    def _watch(self, server: Server, ready: Event, stopped: Event) -> None:
        from watchfiles import PythonFilter, watch  # noqa: PLC0415  # as above

        from skysyn.cloud.loading import folder_of  # noqa: PLC0415  # as above

        folders = {folder_of(file) for file in self._files()}
        for changes in watch(
            *folders,
            watch_filter=PythonFilter(),
            stop_event=stopped,
            # what a save writes comes in several steps; requests run on meanwhile
            step=50,
            rust_timeout=_LOOK_MILLISECONDS,
            # what is empty says that it looks by now
            yield_on_timeout=True,
        ):
            ready.set()
            if changes:
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

"""App: cloud code and what it offers, asked in the words of the plugin protocol."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

from . import assets, calls, faults
from .configuration import Options
from .context import Running, current_app, entered
from .database import Connects, Engines
from .decorators import Decorators
from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .calls import Connect
    from .registry import Wire


class App(Decorators):
    """The functions, hooks, handlers, timers and providers of one cloud code.

        app = App()

        @app.op("hello")
        def hello(name: str = "world") -> str:
            return f"hello {name}"

    *options* come from the environment if they are not given.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options.from_environment()
        self._engines = Engines(self.options)
        self.connect: Connects = self._engines
        self._registry = Registry()

    @property
    def registry(self) -> Registry:
        """Everything that is registered."""
        return self._registry

    def use(self, connect: Connects) -> None:
        """Open transactions by *connect* from now on."""
        self.connect = connect

    def close(self) -> None:
        """Close the connections that the app opened by its options."""
        self._engines.close()

    def answer(
        self, message: Mapping[str, JSON], connection: Connect | None = None
    ) -> Wire:
        """Return the reply to one message of the plugin protocol; never fail.

        *connection* is that of the transaction that the message is about, if any.
        """
        with entered(Running(self, _context(message), connection)):
            try:
                with ExitStack() as stack:
                    opened = cache(lambda: stack.enter_context(self.connect()))
                    return {"result": self._run(message, connection or opened)}
            except BaseException as error:  # exit() ends no server
                return self._reply(error)

    def _run(self, message: Mapping[str, JSON], connect: Connect) -> JSON:
        kind, name = str(message.get("kind")), str(message.get("name"))
        is_start = (kind, name) == ("event", "init")
        # a server that runs longer than this does not begin anew
        if is_start or (name == assets.ROOT and not assets.is_published(self)):
            assets.publish(self)
        return calls.run(self.registry, kind, name, message.get("param"), connect)

    def _reply(self, error: BaseException) -> Wire:
        try:
            return faults.reply(error, self.registry.exception_handlers)
        except BaseException as failure:  # as above
            return {"error": faults.dump(failure)}


class Loaded(Decorators):
    """Registers with the app whose code is loaded now."""

    @property
    def registry(self) -> Registry:
        """Everything that is registered with it."""
        return current_app().registry


def _context(message: Mapping[str, JSON]) -> dict[str, str]:
    said = message.get("context")
    if not isinstance(said, dict):
        return {}
    return {key: value for key, value in said.items() if isinstance(value, str)}

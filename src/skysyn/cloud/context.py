"""Context: which app runs now, for which call, and who asked."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import StateError

from .configuration import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from sqlalchemy import Connection

    from .app import App


@attrs.frozen
class Running:
    """One call, or the loading of an app's code.

    *connection* is that of the transaction in which the call runs, None where there
    is none; it is not the app's to commit.
    """

    app: App
    context: Mapping[str, str] = attrs.field(factory=dict[str, str])
    connection: Callable[[], Connection] | None = None


_running: ContextVar[Running | None] = ContextVar("skysyn_cloud", default=None)


@contextmanager
def entered(running: Running) -> Generator[None]:
    """Make *running* what the functions below tell about."""
    token = _running.set(running)
    try:
        yield
    finally:
        _running.reset(token)


def find_running() -> Running | None:
    """Return what runs now, None outside of cloud code."""
    return _running.get()


def current_app() -> App:
    """Return the app whose code is loaded or called now.

    Raises:
        StateError: there is none.
    """
    running = _running.get()
    if running is None:
        msg = (
            "no app is loaded here: run the module by `skysyn serve --code` or "
            "`skysyn cloud run`, load it by load_code(), or register with an App "
            "of your own, as in `@app.op(…)`"
        )
        raise StateError(msg)
    return running.app


def current_options() -> Options:
    """Return the options of the app that is loaded or called now, or environment's."""
    running = _running.get()
    return Options.from_environment() if running is None else running.app.options


def current_context() -> Mapping[str, str]:
    """Return what the server says about this call: empty outside of one."""
    running = _running.get()
    return {} if running is None else running.context


def current_user_id() -> str | None:
    """Return the user who asked, None if nobody is logged in."""
    return current_context().get("user_id")


def current_request_id() -> str | None:
    """Return the id that the response has in its header `X-Skygear-Request-Id`."""
    return current_context().get("request_id")


def current_access_key_type() -> str | None:
    """Return `client` or `master`, None where there was no key."""
    return current_context().get("access_key_type")

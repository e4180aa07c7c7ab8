"""Context: who asked for what runs now."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from skysyn import cloud
from skysyn.cloud.context import Running, entered, find_running

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping


def current_context() -> dict[str, Any]:
    """Return what the server says about this call: empty outside of one."""
    return dict(cloud.current_context())


def current_user_id() -> str | None:
    """Return the user who asked, None if nobody is logged in."""
    return cloud.current_user_id()


def current_request_id() -> str | None:
    """Return the id of the request."""
    return cloud.current_request_id()


@contextmanager
def start_context(context: Mapping[str, str]) -> Generator[None]:
    """Let the block run as if a server had said *context* about it."""
    running = find_running()
    app = cloud.App() if running is None else running.app
    connection = None if running is None else running.connection
    with entered(Running(app, context, connection)):
        yield

"""Limits: cloud code runs beside the server's threads, and only for so long."""

from __future__ import annotations

import contextvars
import logging
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from threading import Semaphore, Thread
from typing import TYPE_CHECKING, TypeVar

from skysyn.dialects.skygear.refusals import refuse, unexpected

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_log = logging.getLogger("skysyn.server")


class Limits:
    """How many calls run at once: the others wait a little, and are refused.

    Cloud code that asks the server, which calls cloud code, would else take every
    thread that the server has.
    """

    def __init__(self, calls: int = 32, patience: float = 3.0) -> None:
        self._free = Semaphore(calls)
        self._patience = patience

    def run(self, seconds: float | None, function: Callable[[], T], what: str) -> T:
        """Return what *function* does in a thread of its own, within *seconds*.

        Raises:
            RemoteError: it is not done, or gets no thread; one that runs is left alone,
                as threads cannot be ended.
        """
        if not self._free.acquire(timeout=self._patience):
            _log.error("%s was not called: too much cloud code runs already", what)
            msg = "Plugin time out"
            raise unexpected(msg)
        try:
            future = _start(function, what, self._free.release)
        except RuntimeError as error:
            self._free.release()
            _log.exception("%s was not called", what)
            msg = "the server has no thread for the cloud code"
            raise unexpected(msg) from error
        return _wait(future, seconds, what)


def _start(function: Callable[[], T], what: str, done: Callable[[], None]) -> Future[T]:
    future: Future[T] = Future()
    context = contextvars.copy_context()

    def work() -> None:
        # its place is free before who waits goes on
        try:
            found = context.run(function)
        except BaseException as error:  # handed on
            done()
            future.set_exception(error)
        else:
            done()
            future.set_result(found)

    # a daemon, so that what hangs does not keep the server from ending
    Thread(target=work, name=f"skysyn-cloud {what}", daemon=True).start()
    return future


def _wait(future: Future[T], seconds: float | None, what: str) -> T:
    try:
        return future.result(seconds)
    except Late:
        if future.done():
            raise
        _log.exception("%s took longer than %s s", what, seconds)
        raise refuse(122, "the cloud code took too long") from None

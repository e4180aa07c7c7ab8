"""Logging in to accsyn: once for all threads, and again when a session expires."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from skysyn.errors import RemoteError

from .turns import turn

if TYPE_CHECKING:
    from skysyn.dialects.accsyn.dialect import Accsyn
    from skysyn.transport import Transport


class Login:
    """The credentials in use, which all threads of a session share."""

    def __init__(self, dialect: Accsyn, transport: Transport) -> None:
        self.dialect = dialect
        self._transport = transport
        self._lock = Lock()
        self._refusal: RemoteError | None = None

    def ensure(self) -> Accsyn:
        """Return the dialect that is logged in; the first caller logs in."""
        # read once: another thread may put a dialect that is logged in there
        dialect = self.dialect
        return self.renew(dialect) if dialect.identity is None else dialect

    def renew(self, stale: Accsyn) -> Accsyn:
        """Log in again unless another thread has done it since *stale* was used.

        Raises:
            RemoteError: the login was refused, to this thread or to the one that it
                waited for: asking as often as there are threads could lock a user out.
            TimedOut: the time limit passed while another thread logged in.
        """
        known = self._refusal
        with turn(self._lock, "logs in"):
            if self.dialect is not stale:
                return self.dialect
            if self._refusal is not None and self._refusal is not known:
                raise self._refusal
            try:
                self.dialect = self._log_in(stale)
            except RemoteError as error:
                self._refusal = error
                raise
            return self.dialect

    def _log_in(self, dialect: Accsyn) -> Accsyn:
        steps = dialect.login()
        request = next(steps)
        while True:
            try:
                request = steps.send(self._transport.send(request))
            except StopIteration as done:
                found: Accsyn = done.value
                return found

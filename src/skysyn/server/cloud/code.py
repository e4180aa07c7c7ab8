"""Code: what the server needs of cloud code, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

if TYPE_CHECKING:
    from skysyn.models import JSON

Connect = Callable[[], Connection]
Opens = Callable[[], AbstractContextManager[Connection]]


class CloudCode(Protocol):
    """Cloud code in this process, or one that is reached by messages."""

    def answer(
        self, message: Mapping[str, JSON], connection: Connect | None = None, /
    ) -> Mapping[str, JSON]:
        """Return the reply to one message of the plugin protocol (§20.4); never fail.

        *connection* is that of the transaction that the message is about, if any.
        """
        ...

    def use(self, opens: Opens, /) -> None:
        """Open transactions of its own by *opens* from now on."""
        ...

    def close(self) -> None:
        """Close its connections; who calls it again opens new ones."""
        ...

"""Servers: which have which volume, and which clients of this machine are running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs
import msgspec

from skysyn.dialects.accsyn import predicates, values
from skysyn.dialects.accsyn.statuses import ClientStatus, ClientType
from skysyn.models import JSON, Compare, Or, Path

from .accsyn_files import Events
from .accsyn_shapes import convert

if TYPE_CHECKING:
    from skysyn.dialects.accsyn.clients import Client
    from skysyn.dialects.accsyn.dialect import Accsyn
    from skysyn.dialects.accsyn.entities import Volume
    from skysyn.models import Ref

RUNNING = {ClientStatus.ONLINE, ClientStatus.DISABLED}


class LoggedIn(Events, Protocol):
    """What sends events as a user; an `AccsynSession`."""

    @property
    def dialect(self) -> Accsyn:
        """The settings in use."""
        ...

    @property
    def user_id(self) -> str:
        """The id of the user."""
        ...


class _ClientWire(msgspec.Struct):
    status: str | None = None


@attrs.frozen
class Servers:
    """Servers and clients; made by `session.servers`."""

    _events: LoggedIn

    def assign(self, volume: Ref[Volume], server: Ref[Client]) -> bool:
        """Let a server serve a volume."""
        data: JSON = {"client": values.saved_id(server)}
        key = values.saved_id(volume)
        answer = self._events.event("PUT", "share/server", data, id=key)
        return convert(answer.result, bool, "share/server")

    def of_volume(self, volume: Ref[Volume]) -> list[dict[str, Any]]:
        """Return which servers serve a volume, as the service says it."""
        key = values.saved_id(volume)
        result = self._events.event("GET", "volume/servers", {}, id=key).result
        return convert(result, list[dict[str, Any]], "volume/servers")

    def unassign(self, volume: Ref[Volume], server: Ref[Client]) -> bool:
        """Let a server no longer serve a volume."""
        data: JSON = {"client": values.saved_id(server)}
        key = values.saved_id(volume)
        answer = self._events.event("DELETE", "volume/server", data, id=key)
        return convert(answer.result, bool, "volume/server")

    def is_app_running(self) -> bool | None:
        """Whether this user's app runs on this machine; None if there is none."""
        return self._is_running((ClientType.APP,))

    def is_server_running(self) -> bool | None:
        """Whether a server of this user runs on this machine; None if there is none."""
        return self._is_running((ClientType.SERVER, ClientType.USER_SERVER))

    def _is_running(self, types: tuple[ClientType, ...]) -> bool | None:
        kinds = tuple(Compare("eq", Path(("type",)), int(kind)) for kind in types)
        query = predicates.dump(
            Compare("eq", Path(("user",)), self._events.user_id)
            & Compare("eq", Path(("code",)), self._events.dialect.machine)
            & Or(kinds)
        )
        result = self._events.event("GET", "client/find", {}, query=query).result
        found = convert(result, list[_ClientWire], "client/find")
        return any(client.status in RUNNING for client in found) if found else None

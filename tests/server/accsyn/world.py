"""A world: one or two workspaces of a server in this process, and their people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from skysyn import AccsynSession, connect
from skysyn.dialects.accsyn.events import Event, timestamp, write, write_query
from skysyn.server import WSGITransport
from skysyn.server.accsyn import Account, AccsynServer, AccsynSettings, Space
from skysyn.server.accsyn.clock import SECOND, HandClock
from skysyn.server.accsyn.living import Living
from skysyn.server.accsyn.neighbours import Neighbours
from skysyn.transport import Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from skysyn.models import JSON
    from skysyn.transport import Response

START = 1_790_000_000
ADMIN, EMPLOYEE, STANDARD, OTHER = (
    f"{name}@acme.example" for name in ("kim", "emma", "stan", "otto")
)
ACCOUNTS = (
    Account(ADMIN, "admin", "key-of-kim"),
    Account(EMPLOYEE, "employee", "key-of-emma"),
    Account(STANDARD, "standard", "key-of-stan"),
    Account(OTHER, "standard", "key-of-otto"),
)


def settings(folder: Path, *codes: str, **more: Any) -> AccsynSettings:
    """Return the settings of workspaces with a volume `proj` each."""
    spaces: list[Space] = []
    for code in codes or ("acmefilm",):
        place = folder / code
        (place / "scd").mkdir(parents=True, exist_ok=True)
        (place / "a.mov").write_bytes(b"x" * 1000)
        (place / "scd" / "b.mov").write_bytes(b"y" * 500)
        spaces.append(Space(code, ACCOUNTS, {"proj": place}))
    # copies are waited for, however slow the machine is
    more.setdefault("copy_seconds", 60)
    return AccsynSettings(spaces=tuple(spaces), **more)


@attrs.define
class World:
    """A server, its clock, and sessions of everybody."""

    server: AccsynServer
    clock: HandClock

    @classmethod
    def make(cls, chosen: AccsynSettings) -> World:
        """Start a server whose clock stands still."""
        clock = HandClock(START * SECOND)
        return cls(AccsynServer(chosen, Neighbours(clock, Living())), clock)

    def session(self, who: str = ADMIN, workspace: str | None = None) -> AccsynSession:
        """Return a session of somebody."""
        dialect = self.server.client(workspace, who)
        return connect(dialect, transport=WSGITransport(self.server))

    def send(self, request: Request) -> Response:
        """Send any request."""
        return WSGITransport(self.server).send(request)

    def ask(
        self,
        method: str,
        uri: str,
        data: Any = None,
        *,
        who: str = ADMIN,
        workspace: str = "acmefilm",
        **envelope: Any,
    ) -> Any:
        """Return the body that an event is answered by, as a client would read it."""
        event = Event(method, uri, data, envelope.get("id"), envelope.get("query"))
        return read(self.send(self.request(event, who=who, workspace=workspace)))

    def request(
        self, event: Event, *, who: str = ADMIN, workspace: str = "acmefilm"
    ) -> Request:
        """Return the request of an *event*."""
        dialect = self.server.client(workspace, who)
        document: Mapping[str, JSON] = {
            "audience": "api",
            "workspace": workspace,
            "eid": "00000000-0000-4000-8000-000000000000",
            "session": "any",
            "ident": who,
            "created": timestamp(),
            "uri": event.uri,
            **event.pack(),
        }
        url = f"{dialect.base}/event"
        headers = dialect.encode(Event("GET", "x/y").call()).headers
        if event.method in {"GET", "DELETE"}:
            return Request(
                event.method, f"{url}?{write_query(write(document))}", headers
            )
        return Request(event.method, url, headers, write(document).encode())

    def pass_time(self, seconds: float) -> None:
        """Let the workspaces' time pass."""
        self.clock.advance(seconds)


def read(response: Response) -> Any:
    """Return a body."""
    return json.loads(response.body)

"""Clients: the machines that files go through."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from skysyn.models import JSON, Field, ReadOnly, Ref, field

from .entities import Site, User
from .model import Entity
from .statuses import ClientStatus, ClientType, writable


class Client(Entity):
    """A machine that files go through: an app, a server, a browser."""

    __denied__: ClassVar[dict[str, str]] = {"create": "accsyn's installers"}

    code: ReadOnly[str | None]
    """The host name; several clients may have the same."""
    name: ReadOnly[str | None]
    type: ReadOnly[ClientType | None]
    type_hr: ReadOnly[str | None]
    status: Field[ClientStatus | None] = field(default=None, validator=writable)
    status_hr: ReadOnly[str | None]
    description: Field[str | None] = field(default=None)
    site: Field[Ref[Site] | None] = field(default=None)
    site_hr: ReadOnly[str | None]
    user: ReadOnly[Ref[User] | None]
    user_hr: ReadOnly[str | None]
    parent: ReadOnly[Ref[Client] | None]
    """The server that a lane belongs to."""
    host_ident: ReadOnly[str | None]
    host_id: ReadOnly[str | None]
    last_checkin: ReadOnly[datetime | None]
    os: ReadOnly[str | None]
    roles: ReadOnly[str | None]
    """What a server does: `storage,compute,site,accsyn`."""
    username: ReadOnly[str | None]
    version: ReadOnly[str | None]
    wan_ip: ReadOnly[str | None]
    benchmark: ReadOnly[float | None]
    metrics: ReadOnly[dict[str, JSON] | None]
    metadata: ReadOnly[dict[str, JSON] | None]
    created: ReadOnly[datetime | None]
    creator: ReadOnly[str | None]
    modified: ReadOnly[datetime | None]
    modifier: ReadOnly[str | None]


class App(Client):
    """A user's desktop app."""


class Server(Client):
    """A server of the workspace."""


class UserServer(Client):
    """A user's own server."""


class Browser(Client):
    """A user's browser."""


class Lane(Client):
    """One of the lanes that a server computes in."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "accsyn's installers",
        "delete": "the setting client_compute_lanes of its server",
    }

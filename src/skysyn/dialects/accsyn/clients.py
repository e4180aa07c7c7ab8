"""Clients: the machines that files go through."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from skysyn.models import JSON, Field, ReadOnly, Ref, field, readonly

from .entities import Site, User
from .model import Entity
from .statuses import ClientStatus, ClientType, writable


class Client(Entity):
    """A machine that files go through: an app, a server, a browser."""

    __denied__: ClassVar[dict[str, str]] = {"create": "accsyn's installers"}

    code: ReadOnly[str | None] = readonly()
    """The host name; several clients may have the same."""
    name: ReadOnly[str | None] = readonly()
    type: ReadOnly[ClientType | None] = readonly()
    type_hr: ReadOnly[str | None] = readonly()
    status: Field[ClientStatus | None] = field(default=None, validator=writable)
    status_hr: ReadOnly[str | None] = readonly()
    description: Field[str | None] = field(default=None)
    site: Field[Ref[Site] | None] = field(default=None)
    site_hr: ReadOnly[str | None] = readonly()
    user: ReadOnly[Ref[User] | None] = readonly()
    user_hr: ReadOnly[str | None] = readonly()
    parent: ReadOnly[Ref[Client] | None] = readonly()
    """The server that a lane belongs to."""
    host_ident: ReadOnly[str | None] = readonly()
    host_id: ReadOnly[str | None] = readonly()
    last_checkin: ReadOnly[datetime | None] = readonly()
    os: ReadOnly[str | None] = readonly()
    roles: ReadOnly[str | None] = readonly()
    """What a server does: `storage,compute,site,accsyn`."""
    username: ReadOnly[str | None] = readonly()
    version: ReadOnly[str | None] = readonly()
    wan_ip: ReadOnly[str | None] = readonly()
    benchmark: ReadOnly[float | None] = readonly()
    metrics: ReadOnly[dict[str, JSON] | None] = readonly()
    metadata: ReadOnly[dict[str, JSON] | None] = readonly()
    created: ReadOnly[datetime | None] = readonly()
    creator: ReadOnly[str | None] = readonly()
    modified: ReadOnly[datetime | None] = readonly()
    modifier: ReadOnly[str | None] = readonly()


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

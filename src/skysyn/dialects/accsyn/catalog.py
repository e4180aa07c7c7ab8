"""The catalog: every entity by its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import QueryError

from . import values
from .clients import App, Browser, Client, Lane, Server, UserServer
from .entities import (
    Acl,
    Collection,
    Compute,
    Delivery,
    Engine,
    File,
    Folder,
    Home,
    Job,
    Queue,
    Request,
    Share,
    Site,
    Stream,
    Task,
    Transfer,
    User,
    Volume,
    Workspace,
)

if TYPE_CHECKING:
    from .model import Entity


ENTITIES: tuple[type[Entity], ...] = (
    User,
    Workspace,
    Queue,
    Job,
    Transfer,
    Compute,
    Delivery,
    Request,
    Stream,
    Task,
    Share,
    Volume,
    Folder,
    Home,
    Collection,
    File,
    Acl,
    Site,
    Client,
    App,
    Server,
    UserServer,
    Browser,
    Lane,
    Engine,
)
"""Every entity that there is a model of."""

_BY_TYPE = {model.__collection__: model for model in ENTITIES}

DATES = frozenset(
    field.wire
    for model in ENTITIES
    for field in model.__sky_fields__.values()
    if field.spec.kind == "datetime"
)
"""The attributes that hold dates, whatever the entity."""

TYPES = frozenset({*_BY_TYPE, "setting", "log", "organization"})
"""Every entity type that services know; the last is what a workspace was called."""


def find_model(name: object) -> type[Entity]:
    """Return the model of the entity type *name*, in any case.

    Raises:
        QueryError: there is none.
    """
    found = _BY_TYPE.get(values.check_type(name))
    if found is None:
        msg = f"no entity type {name!r}: there are {', '.join(sorted(_BY_TYPE))}"
        raise QueryError(msg)
    return found


def check_known(name: object) -> str:
    """Return the entity type *name* as uris spell it.

    Raises:
        QueryError: services know no such type.
        ConversionError: no type has such a name.
    """
    found = values.check_type(name)
    if found in TYPES:
        return found
    msg = f"entitytype: there is no {name!r}; there are {', '.join(sorted(TYPES))}"
    raise QueryError(msg)

"""Tables: one for each family of entities, with a column for each attribute.

Every row belongs to a workspace, which is the first part of every key. Attributes
that end in `_hr` are no columns: they are computed when they are asked for.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from skysyn.dialects.accsyn.catalog import find_model
from skysyn.server.store.kinds import Instant, json_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.types import TypeEngine

    from skysyn.models import Field

TABLES = MetaData()
COMPUTED = "_hr"
ARCHIVED = "_archived"

_SIMPLE: dict[str, type[TypeEngine[Any]]] = {
    "str": Text,
    "ref": Text,
    "int": BigInteger,
    "float": Double,
    "bool": Boolean,
    "datetime": Instant,
}


@attrs.frozen(eq=False)
class Family:
    """Entity types that are stored together; codes are unique among them.

    *aliases* are other names of some of the *kinds*.
    """

    name: str
    kinds: tuple[str, ...]
    table: Table
    aliases: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...] = ()
    """What comes first in a list, where the ids are by chance."""

    def meant(self, kind: str) -> tuple[str, ...]:
        """Return the kinds that an entity type stands for."""
        return self.aliases.get(kind, (kind,))


def fields_of(*kinds: str) -> dict[str, Field[Any]]:
    """Return the fields of several entity types together, by wire name."""
    return {
        field.wire: field
        for kind in kinds
        for field in find_model(kind).__sky_fields__.values()
    }


def _type(field: Field[Any]) -> TypeEngine[Any]:
    spec = field.spec
    if spec.kind == "enum":
        members = spec.python
        is_number = isinstance(members, type) and issubclass(members, IntEnum)
        return Integer() if is_number else Text()
    made = _SIMPLE.get(spec.kind)
    return json_type() if made is None else made()


def _family(
    name: str,
    *kinds: str,
    aliases: Mapping[str, tuple[str, ...]] | None = None,
    more: Iterable[Column[Any]] = (),
    order: tuple[str, ...] = (),
) -> Family:
    columns = [
        Column(wire, _type(field))
        for wire, field in fields_of(*kinds).items()
        if wire != "id" and not wire.endswith(COMPUTED)
    ]
    table = Table(
        f"_accsyn_{name}",
        TABLES,
        Column("_workspace", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("_kind", Text, nullable=False),
        # the code in one case, where it is unique, else NULL
        Column("_key", Text),
        Column(ARCHIVED, Boolean, nullable=False, default=False),
        *columns,
        *more,
    )
    Index(f"{table.name}_key", table.c["_workspace"], table.c["_key"], unique=True)
    return Family(name, kinds, table, aliases or {}, order)


JOB_KINDS = ("transfer", "compute", "delivery", "request", "stream")
SHARED_KINDS = ("delivery", "request", "stream")
SHARE_KINDS = ("volume", "folder", "home", "collection")
CLIENT_KINDS = ("app", "server", "userserver", "browser", "lane")

USERS = _family(
    "user",
    "user",
    more=[
        Column("_api_key", Text, index=True),
        Column("_password", Text),
        Column("_invitation", json_type()),
    ],
)
WORKSPACES = _family("workspace", "workspace")
JOBS = _family(
    "job",
    "queue",
    *JOB_KINDS,
    aliases={"job": ("transfer",)},
    more=[Column("_spec", json_type()), Column("_life", json_type())],
)
TASKS = _family(
    "task",
    "task",
    more=[
        Column("_number", Integer),
        Column("_spec", json_type()),
        Column("_life", json_type()),
    ],
    order=("_number",),
)
SHARES = _family("share", *SHARE_KINDS, aliases={"share": SHARE_KINDS})
FILES = _family(
    "file",
    "file",
    more=[Column("_collection", Text, index=True)],
    order=("path",),
)
ACLS = _family("acl", "acl")
SITES = _family("site", "site")
CLIENTS = _family("client", *CLIENT_KINDS, aliases={"client": CLIENT_KINDS})
ENGINES = _family("engine", "engine")

Index("_accsyn_task_job", TASKS.table.c["_workspace"], TASKS.table.c["job"])
Index("_accsyn_acl_target", ACLS.table.c["_workspace"], ACLS.table.c["target"])
Index("_accsyn_job_parent", JOBS.table.c["_workspace"], JOBS.table.c["parent"])

FAMILIES = (
    USERS,
    WORKSPACES,
    JOBS,
    TASKS,
    SHARES,
    FILES,
    ACLS,
    SITES,
    CLIENTS,
    ENGINES,
)
_BY_TYPE = {
    kind: family for family in FAMILIES for kind in (*family.kinds, *family.aliases)
}

recipient = Table(
    "_accsyn_recipient",
    TABLES,
    Column("_workspace", Text, primary_key=True),
    Column("job", Text, primary_key=True),
    # the id of a user, or the email of somebody who is invited
    Column("user", Text, primary_key=True),
    Column("actioned", Boolean, nullable=False, default=False),
)
assignment = Table(
    "_accsyn_assignment",
    TABLES,
    Column("_workspace", Text, primary_key=True),
    Column("share", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("main", Boolean, nullable=False, default=True),
)
setting = Table(
    "_accsyn_setting",
    TABLES,
    Column("_workspace", Text, primary_key=True),
    Column("entitytype", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
log = Table(
    "_accsyn_log",
    TABLES,
    Column("_workspace", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("date", Instant, nullable=False),
    Column("user", Text, nullable=False),
    Column("entitytype", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("message", Text, nullable=False),
)
session = Table(
    "_accsyn_session",
    TABLES,
    Column("_workspace", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("user", Text, nullable=False),
    Column("expires", Instant),
)
visit = Table(
    "_accsyn_visit",
    TABLES,
    Column("_workspace", Text, primary_key=True),
    # of a session that has no end, unless it is not used for long
    Column("digest", Text, primary_key=True),
    Column("date", Instant, nullable=False, index=True),
)
state = Table(
    "_accsyn_state",
    TABLES,
    Column("_workspace", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", json_type()),
)


def family_of(kind: str) -> Family | None:
    """Return the family of an entity type, or None if there is none."""
    return _BY_TYPE.get(kind)

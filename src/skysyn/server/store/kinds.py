"""Kinds of columns: what each is called, stored as, and which values fit it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import (
    Boolean,
    DateTime,
    Double,
    Integer,
    Text,
)
from sqlalchemy.types import JSON, TypeDecorator

from skysyn.dialects.skygear.literals import number
from skysyn.models import (
    Asset,
    GeoJSON,
    Location,
    RecordID,
    Sequence,
    Unknown,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

NUMBERS = {"number", "integer", "sequence"}
TEXTS = {"string", "citext"}
NAMES = {
    "string",
    "number",
    "boolean",
    "json",
    "datetime",
    "asset",
    "location",
    "sequence",
    "integer",
    "geometry",
}
"""The column types that a schema may name, besides `ref(type)`."""


def json_type() -> TypeEngine[Any]:
    """Return the type of a JSON column, where no value is NULL and not `null`."""
    return _Json(none_as_null=True)


class _Json(TypeDecorator[Any]):
    """JSON, which PostgreSQL keeps as JSONB."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what it is on *dialect*."""
        if dialect.name != "postgresql":
            return self.impl_instance
        # a server on SQLite starts sooner without PostgreSQL's types
        from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415  # as said

        return dialect.type_descriptor(JSONB(none_as_null=True))

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Return the type of what JSON is compared with, or indexed by."""
        found = self.impl_instance.coerce_compared_value(op, value)
        return self if found is self.impl_instance else found


class Instant(TypeDecorator[datetime]):
    """A time in UTC, in a column without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> datetime | None:
        """Return *value* in UTC, without its zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> datetime | None:
        """Return *value* with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class Number(TypeDecorator[float]):
    """A double; whole ones are read as int, which is how they are printed."""

    impl = Double
    cache_ok = True

    def process_result_value(
        self,
        value: float | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> float | None:
        """Return *value* as it is printed."""
        return None if value is None else number(value)


@attrs.frozen
class Kind:
    """The type of one column; *target* is the type that a reference leads to."""

    name: str
    target: str | None = None

    def __str__(self) -> str:
        if self.name == "ref":
            return f"ref({self.target})"
        return "string" if self.name == "citext" else self.name

    def accepts(self, sent: Kind) -> bool:
        """Whether a value of the kind *sent* fits this column."""
        if self.name in NUMBERS:
            return sent.name in NUMBERS
        if self.name in TEXTS:
            return sent.name == "string"
        return self == sent


def parse(name: str) -> Kind | None:
    """Return the kind that a schema calls *name*, or None."""
    if name.startswith("ref(") and name.endswith(")") and len(name) > 5:
        return Kind("ref", name[4:-1])
    return Kind(name) if name in NAMES else None


def kind_of(value: object) -> Kind:  # noqa: C901  # a case each  # a case each
    """Return the kind of column that *value* needs."""
    match value:
        case bool():
            return Kind("boolean")
        case int() | float():
            return Kind("number")
        case str():
            return Kind("string")
        case datetime():
            return Kind("datetime")
        case RecordID():
            return Kind("ref", value.type)
        case Location():
            return Kind("location")
        case GeoJSON():
            return Kind("geometry")
        case Asset():
            return Kind("asset")
        case Sequence():
            return Kind("sequence")
        case Unknown():
            return Kind("unknown")
        case _:
            return Kind("json")


def column_type(kind: Kind) -> TypeEngine[Any]:
    """Return the SQL type of a column of *kind*."""
    match kind.name:
        case "number":
            return Number()
        case "boolean":
            return Boolean()
        case "datetime":
            return Instant()
        case "integer" | "sequence":
            return Integer()
        case "json" | "location" | "geometry":
            return json_type()
        case "citext":
            return Text().with_variant(Text(collation="NOCASE"), "sqlite")
        case _:
            return Text()


def dump(value: object) -> object:
    """Return what is stored for *value*."""
    match value:
        case RecordID():
            return value.key
        case Location():
            return [float(value.lng), float(value.lat)]
        case GeoJSON():
            return dict(value.geometry)
        case Asset():
            return value.name
        case _:
            return value

"""Records and values as cloud code has them: untyped, and told apart by their class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ACCESS_CONTROL_ENTRY_LEVEL_WRITE = "write"
ACCESS_CONTROL_ENTRY_LEVEL_READ = "read"
ACCESS_CONTROL_ENTRY_RELATION_FRIEND = "friend"
ACCESS_CONTROL_ENTRY_RELATION_FOLLOW = "follow"


def _not_empty(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not value:
        owner, name = type(instance).__name__, attribute.name.strip("_")
        msg = f"{owner}.{name} cannot be None or empty"
        raise ValueError(msg)


def _not_none(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is None:
        msg = f"{type(instance).__name__}.{attribute.name} cannot be None"
        raise ValueError(msg)


class RecordID:
    """The type and the key of a record; it does not change."""

    def __init__(self, type_: str, key: str) -> None:
        for name, value in (("type", type_), ("key", key)):
            if not value:
                msg = f"RecordID.{name} cannot be None or empty"
                raise ValueError(msg)
        self._type = type_
        self._key = key

    @property
    def type(self) -> str:
        """The record type."""
        return self._type

    @property
    def key(self) -> str:
        """What tells the record from others of its type."""
        return self._key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RecordID):
            return False
        return (self._type, self._key) == (other._type, other._key)

    # the original has none either
    __hash__ = None  # type: ignore[assignment]  # says that there is none

    def __repr__(self) -> str:
        return f"RecordID({self._type!r}, {self._key!r})"


class AccessControlEntry:
    """Who may read or write a record."""

    def __init__(self, level: str) -> None:
        self.level = level


class PublicAccessControlEntry(AccessControlEntry):
    """Everybody."""


class RelationalAccessControlEntry(AccessControlEntry):
    """Who is in a relation to the owner."""

    def __init__(self, relation: str, level: str) -> None:
        super().__init__(level)
        self.relation = relation


class RoleAccessControlEntry(AccessControlEntry):
    """Who has a role."""

    def __init__(self, role: str, level: str) -> None:
        super().__init__(level)
        self.role = role


class DirectAccessControlEntry(AccessControlEntry):
    """One user."""

    def __init__(self, user_id: str, level: str) -> None:
        super().__init__(level)
        self.user_id = user_id


@attrs.define
class Asset:
    """A file."""

    name: str = attrs.field(validator=_not_empty)
    content_type: str | None


@attrs.define
class Location:
    """A place on the earth."""

    lng: float
    lat: float


@attrs.define
class Reference:
    """A field that refers to a record."""

    recordID: RecordID = attrs.field(validator=_not_none)  # noqa: N815  # the original's


@attrs.define
class UnknownValue:
    """A value of a type that the server does not know."""

    underlyingType: str | None  # noqa: N815  # the original's name


class Record:
    """A record, whose fields are items; only `acl` can be set besides them."""

    def __init__(
        self,
        id: RecordID,  # noqa: A002  # the original's name
        owner_id: str | None,
        acl: list[AccessControlEntry] | None,
        created_at: datetime | None = None,
        created_by: str | None = None,
        updated_at: datetime | None = None,
        updated_by: str | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        self._id = id
        self._owner_id = owner_id
        self.acl = acl
        self._created = (created_at, created_by)
        self._updated = (updated_at, updated_by)
        self._data = data or {}

    @property
    def id(self) -> RecordID:
        """Type and key."""
        return self._id

    @property
    def owner_id(self) -> str | None:
        """The user who made it."""
        return self._owner_id

    @property
    def created_at(self) -> datetime | None:
        """When it was made, in the time zone of this process."""
        return self._created[0]

    @property
    def created_by(self) -> str | None:
        """The user who made it."""
        return self._created[1]

    @property
    def updated_at(self) -> datetime | None:
        """When it was last saved, in the time zone of this process."""
        return self._updated[0]

    @property
    def updated_by(self) -> str | None:
        """The user who saved it last."""
        return self._updated[1]

    @property
    def data(self) -> dict[str, Any]:
        """The fields by their names."""
        return self._data

    def get(self, key: str, default: Any = None) -> Any:
        """Return a field, *default* if the record has none of this name."""
        return self._data.get(key, default)

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._data[key] = value

    def __delitem__(self, key: str) -> None:
        del self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __contains__(self, item: object) -> bool:
        return item in self._data

"""Records without a declared class: fields by their names, as in a dict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING

from skysyn.dialects.skygear import access, literals, values
from skysyn.errors import ConversionError
from skysyn.models import ACL, JSON, RecordID

if TYPE_CHECKING:
    from datetime import datetime

_META = ("_created_at", "_created_by", "_updated_at", "_updated_by")


class PlainRecord(MutableMapping[str, object]):
    """A record whose fields are read and set by name: `record["title"] = "x"`.

    Its access control list is `acl`; id, owner and times are the server's to set.
    """

    def __init__(
        self,
        id: RecordID,  # noqa: A002  # the name that records have for it
        fields: Mapping[str, object] | None = None,
        *,
        owner_id: str | None = None,
        acl: ACL | None = None,
    ) -> None:
        self._id = id
        self._fields = dict(fields or {})
        self._owner_id = owner_id
        self._meta: dict[str, str] = {}
        self.acl = acl

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
        """When it was made."""
        return literals.load_date(self._meta.get("_created_at", ""))

    @property
    def created_by(self) -> str | None:
        """The user who made it."""
        return self._meta.get("_created_by")

    @property
    def updated_at(self) -> datetime | None:
        """When it was last saved; before a save, when that is."""
        return literals.load_date(self._meta.get("_updated_at", ""))

    @property
    def updated_by(self) -> str | None:
        """The user who saved it last; before a save, who saves it."""
        return self._meta.get("_updated_by")

    def __getitem__(self, name: str) -> object:
        return self._fields[name]

    def __setitem__(self, name: str, value: object) -> None:
        if not name or name.startswith("_"):
            msg = f"{name!r} is no field: names are not empty and do not start with `_`"
            raise ConversionError(msg, field=name, record=str(self._id), value=value)
        self._fields[name] = value

    def __delitem__(self, name: str) -> None:
        del self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"PlainRecord({str(self._id)!r}, {self._fields!r})"

    @classmethod
    def load(cls, wire: Mapping[str, JSON]) -> PlainRecord:
        """Return the record that *wire* says.

        Raises:
            ConversionError: it is none.
        """
        fields = {
            name: values.load(value)
            for name, value in wire.items()
            if name and not name.startswith("_")
        }
        owner = wire.get("_ownerID")
        loaded = cls(
            RecordID.parse(str(wire.get("_id"))),
            fields,
            owner_id=owner if isinstance(owner, str) else None,
            acl=access.load(wire.get("_access")),
        )
        loaded._meta = load_meta(wire)
        return loaded

    def dump(self) -> dict[str, JSON]:
        """Return this record as it travels."""
        dumped: dict[str, JSON] = {
            **{name: values.dump(value) for name, value in self._fields.items()},
            "_id": str(self._id),
            "_access": access.dump(self.acl),
            **self._meta,
        }
        return (
            dumped if self._owner_id is None else {**dumped, "_ownerID": self.owner_id}
        )


def load_meta(wire: Mapping[str, JSON]) -> dict[str, str]:
    """Return what the server noted of a record, with times as it stores them."""
    found: dict[str, str] = {}
    for name in _META:
        value = wire.get(name)
        if isinstance(value, str):
            at = literals.load_date(value) if name.endswith("_at") else None
            found[name] = value if at is None else values.dump_date(at)
    return found

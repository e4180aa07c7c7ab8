"""Printing: records as they are sent, with what the caller may see of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from skysyn.dialects.skygear.endpoint import encode
from skysyn.dialects.skygear.values import dump_date

from . import files, system
from .records import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from skysyn.models import JSON

    from .catalog import FieldColumn
    from .field_rights import FieldRights
    from .records import Stored
    from .store import Work

Sign = Callable[[str], str]


class Printer:
    """Prints records for one caller; *sign* makes the URL of a file from its name."""

    def __init__(self, work: Work, rights: FieldRights, sign: Sign) -> None:
        self._work = work
        self._rights = rights
        self._sign = sign
        self._content_types: Mapping[str, str] = {}

    def look_up_files(self, records: Iterable[Stored]) -> None:
        """Find out the content types of the files in *records*."""
        names = sorted(
            {
                record.values[field.name]
                for record in records
                for field in self._fields(record).values()
                if field.kind.name == "asset" and field.name in record.values
            }
        )
        self._content_types = {
            row.id: row.content_type
            for chunk in chunks(names)
            for row in self._work.connection.execute(
                select(system.asset).where(system.asset.c.id.in_(chunk))
            )
        }

    def bytes(
        self, record: Stored, transient: Mapping[str, JSON] | None = None
    ) -> bytes:
        """Return *record* as JSON; *transient* is what was included with it."""
        return encode(self.object(record, transient))

    def object(
        self, record: Stored, transient: Mapping[str, JSON] | None = None
    ) -> dict[str, JSON]:
        """Return *record* as a JSON object with sorted keys."""
        printed: dict[str, JSON] = {
            "_access": list(record.access) if record.access is not None else None,
            "_created_at": dump_date(record.created_at),
            "_created_by": record.created_by,
            "_id": str(record.id),
            "_ownerID": record.owner,
            "_type": "record",
            "_updated_at": dump_date(record.updated_at),
            "_updated_by": record.updated_by,
        }
        if transient:
            printed["_transient"] = dict(transient)
        for name in ("_created_by", "_ownerID", "_updated_by"):
            if not printed[name]:
                del printed[name]
        printed.update(self._visible(record))
        return dict(sorted(printed.items()))

    def _visible(self, record: Stored) -> dict[str, JSON]:
        fields = self._fields(record)
        return {
            name: self._value(fields[name], value)
            for name, value in record.values.items()
            if self._rights.may("readable", record.id.type, name, record.subject)
        }

    def _fields(self, record: Stored) -> Mapping[str, FieldColumn]:
        return self._work.catalog.types[record.id.type].fields

    def _value(self, field: FieldColumn, value: Any) -> JSON:
        match field.kind.name:
            case "datetime":
                return {"$type": "date", "$date": dump_date(value)}
            case "ref":
                return {"$type": "ref", "$id": f"{field.kind.target}/{value}"}
            case "location":
                lng, lat = (int(x) if float(x).is_integer() else x for x in value)
                return {"$type": "geo", "$lng": lng, "$lat": lat}
            case "geometry":
                return {"$type": "geojson", "$val": value}
            case "asset":
                return self._file(value)
            case _:
                found: JSON = value
                return found

    def _file(self, name: str) -> JSON:
        return files.dump(name, self._content_types.get(name), self._sign(name))

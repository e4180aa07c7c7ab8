"""Records and values as they travel, and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from skysyn.errors import ConversionError
from skysyn.models import is_list, is_object

from .models import (
    AccessControlEntry,
    Asset,
    DirectAccessControlEntry,
    Location,
    PublicAccessControlEntry,
    Record,
    RecordID,
    Reference,
    RelationalAccessControlEntry,
    RoleAccessControlEntry,
    UnknownValue,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Wire = dict[str, Any]

_DATE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)


def serialize_record(record: Record) -> Wire:
    """Return *record* as it travels."""
    wire = {name: serialize_value(value) for name, value in record.data.items()}
    wire["_id"] = _dump_id(record.id)
    if record.owner_id:
        wire["_ownerID"] = record.owner_id
    wire["_access"] = _dump_acl(record.acl)
    if record.created_at is not None:
        wire["_created_at"] = dump_date(record.created_at)
        wire["_created_by"] = record.created_by
    if record.updated_at is not None:
        wire["_updated_at"] = dump_date(record.updated_at)
        wire["_updated_by"] = record.updated_by
    return wire


def deserialize_record(obj: Wire) -> Record:
    """Return the record that *obj* says."""
    created, updated = obj.get("_created_at"), obj.get("_updated_at")
    return Record(
        id=_load_id(obj["_id"]),
        owner_id=obj.get("_ownerID"),
        acl=_load_acl(obj.get("_access")),
        created_at=load_date(created) if created else None,
        created_by=obj.get("_created_by"),
        updated_at=load_date(updated) if updated else None,
        updated_by=obj.get("_updated_by"),
        data={
            name: deserialize_value(value)
            for name, value in obj.items()
            if not name.startswith("_")
        },
    )


def deserialize_or_none(obj: Wire | None) -> Record | None:
    """Return the record that *obj* says, None if there is none."""
    return deserialize_record(obj) if obj else None


def serialize_value(value: Any) -> Any:
    """Return *value* as it travels."""
    match value:
        case datetime():
            return {"$type": "date", "$date": dump_date(value)}
        case Asset(name=name, content_type=kind):
            return {"$type": "asset", "$name": name, "$content_type": kind}
        case Location(lng=lng, lat=lat):
            return {"$type": "geo", "$lng": lng, "$lat": lat}
        case Reference(recordID=record_id):
            return {"$type": "ref", "$id": _dump_id(record_id)}
        case UnknownValue(underlyingType=kind):
            known = {"$underlying_type": kind} if kind else {}
            return {"$type": "unknown", **known}
        case Record():
            return {"$type": "record", "$record": serialize_record(value)}
        case _:
            return _inside(value, serialize_value)


def deserialize_value(value: Any) -> Any:
    """Return the value that *value* says; what has no class stays as it is."""
    match value:
        case {"$type": "date"}:
            return load_date(value["$date"])
        case {"$type": "asset"}:
            return Asset(value["$name"], value.get("$content_type"))
        case {"$type": "geo"}:
            return Location(value["$lng"], value["$lat"])
        case {"$type": "ref"}:
            return Reference(_load_id(value["$id"]))
        case {"$type": "unknown"}:
            return UnknownValue(value["$underlying_type"])
        case {"$type": "record"}:
            return deserialize_record(value["$record"])
        case _:
            return _inside(value, deserialize_value)


def _inside(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return *value* with everything inside of it changed."""
    if is_object(value):
        return {name: change(item) for name, item in value.items()}
    return [change(item) for item in value] if is_list(value) else value


def dump_date(value: datetime) -> str:
    """Return a time as it travels: in UTC, without zeros at the end."""
    at = value.astimezone(UTC)
    fraction = f".{at.microsecond:06}".rstrip("0") if at.microsecond else ""
    return f"{at:%Y-%m-%dT%H:%M:%S}{fraction}Z".zfill(20 + len(fraction))


def load_date(text: str) -> datetime:
    """Return the time that *text* says, naive and in the time zone of this process.

    Raises:
        ConversionError: it says none.
    """
    found = _DATE.fullmatch(text)
    parts = ("",) * 5 if found is None else found.groups()
    start, fraction, sign, hours, minutes = parts
    try:
        seconds = datetime.fromisoformat(f"{start}+00:00").timestamp()
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes)).total_seconds()
            seconds += offset if sign == "-" else -offset
        return datetime.fromtimestamp(seconds + float(f"0{fraction or ''}"))  # noqa: DTZ006  # as the original
    except (ValueError, OverflowError) as error:
        msg = f"{text!r:.80} is no time"
        raise ConversionError(msg, value=text) from error


def _dump_id(record_id: RecordID) -> str:
    return f"{record_id.type}/{record_id.key}"


def _load_id(text: str) -> RecordID:
    # the original cuts a key at its first slash, and then saves another record
    kind, _, key = text.partition("/")
    return RecordID(kind, key)


def _dump_acl(acl: list[AccessControlEntry] | None) -> list[Wire] | None:
    return None if acl is None else [_dump_entry(entry) for entry in acl]


def _dump_entry(entry: AccessControlEntry) -> Wire:
    match entry:
        case RelationalAccessControlEntry():
            return {"level": entry.level, "relation": entry.relation}
        case DirectAccessControlEntry():
            return {"level": entry.level, "user_id": entry.user_id}
        case RoleAccessControlEntry():
            return {"level": entry.level, "role": entry.role}
        case PublicAccessControlEntry():
            return {"level": entry.level, "public": True}
        case _:
            msg = f"Unknown type of ACE = {type(entry).__name__}"
            raise ConversionError(msg, value=entry)


def _load_acl(entries: Any) -> list[AccessControlEntry] | None:
    if entries is None:
        return None
    if not is_list(entries):
        msg = "expect ACL to be a list"
        raise TypeError(msg)
    return [_load_entry(entry) for entry in entries]


def _load_entry(entry: Any) -> AccessControlEntry:
    level = entry.get("level")
    if level is None:
        msg = "ace must have level"
        raise ConversionError(msg, value=entry)
    if (user := entry.get("user_id")) is not None:
        return DirectAccessControlEntry(user, level)
    if (relation := entry.get("relation")) is not None:
        return RelationalAccessControlEntry(relation, level)
    if (role := entry.get("role")) is not None:
        return RoleAccessControlEntry(role, level)
    if entry.get("public") is not None:
        return PublicAccessControlEntry(level)
    msg = "invalid ace"
    raise ConversionError(msg, value=entry)

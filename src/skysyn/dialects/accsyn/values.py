"""Values as accsyn writes them: dates without a zone, bare ids, plain JSON."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import Enum
from typing import TYPE_CHECKING, cast

from skysyn.errors import ConversionError
from skysyn.models import JSON, RecordID, check_plain, in_utc, is_ref

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEW = "new:"
"""What the key of an entity opens with until the service has given it an id."""

_ID = re.compile(r"[0-9a-f]{24}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# what the services of old wrote, up to client 1.3.1
_OLD_DATE = re.compile(r"\{USD::date\}(\d{8})[ +](\d\d:\d\d:\d\d)")
_SHORT_YEAR = re.compile(r"\d\d-\d\d-\d\dT.*")


def dump_date(value: datetime) -> str:
    """Return *value* in UTC without a zone; milliseconds only if it has any.

    Raises:
        ConversionError: it has no time zone.
    """
    instant = in_utc(value).replace(tzinfo=None)
    parts = "milliseconds" if instant.microsecond else "seconds"
    return instant.isoformat(timespec=parts)


def load_date(text: str) -> datetime:
    """Return the instant that *text* names; without a zone it is UTC.

    Raises:
        ConversionError: it is no date.
    """
    written = text
    if old := _OLD_DATE.fullmatch(text):
        day, time = old.groups()
        written = f"{day[:4]}-{day[4:6]}-{day[6:]}T{time}"
    elif _SHORT_YEAR.fullmatch(text):
        written = f"20{text}"
    try:
        found = datetime.fromisoformat(written)
        return in_zone(found)
    except (ValueError, OverflowError) as error:
        msg = f"{text!r} is no date"
        raise ConversionError(msg, value=text) from error


def in_zone(value: datetime) -> datetime:
    """Return a decoded date in UTC, which is what no zone means."""
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value.astimezone(UTC)


def dump(value: object) -> JSON:
    """Return *value* in its wire form.

    Raises:
        ConversionError: it has none.
    """
    match value:
        case Enum():
            return dump(value.value)
        case datetime():
            return dump_date(value)
        case date():
            return f"{value.isoformat()}T00:00:00"
        case dict():
            members = cast("dict[object, object]", value)
            return {check_key(key): dump(item) for key, item in members.items()}
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return [dump(item) for item in items]
        case _:
            return _dump_scalar(value)


def _dump_scalar(value: object) -> JSON:
    match value:
        case RecordID():
            return value.key
        case _ if is_ref(value):
            return saved_id(value)
        case None | bool() | int() | float() | str():
            check_plain(value, "$")
            return value
        case _:
            msg = f"{value!r:.80} has no form that accsyn knows"
            raise ConversionError(msg, value=value)


def dump_fields(fields: Mapping[str, object], where: str) -> dict[str, JSON]:
    """Return *fields* in their wire form; errors name the field of *where*."""
    dumped: dict[str, JSON] = {}
    for name, value in fields.items():
        try:
            dumped[name] = dump(value)
        except ConversionError as error:
            msg = f"{where}.{name}: {error}"
            raise ConversionError(
                msg, model=where, field=name, path=error.path, value=value
            ) from error
    return dumped


def check_key(key: object) -> str:
    """Return the *key* of a dict, which is text.

    Raises:
        ConversionError: it is something else.
    """
    if isinstance(key, str):
        return key
    msg = f"the key {key!r} is not text"
    raise ConversionError(msg, value=key)


def saved_id(ref: object) -> str:
    """Return the id of a stored entity.

    Raises:
        ConversionError: it is not stored yet, so it has none; or it is no entity.
    """
    if not is_ref(ref):
        msg = f"an entity or a reference to one is wanted, not {ref!r:.80}"
        raise ConversionError(msg, value=ref)
    key = ref.ref_id
    if key.startswith(NEW):
        msg = f"{ref!r} has no id yet: save it first"
        raise ConversionError(msg, value=ref)
    return key


def check_id(key: object, where: str) -> str:
    """Return *key* if it has the form of an id: 24 hex digits, or a uuid.

    Raises:
        ConversionError: it has not.
    """
    if isinstance(key, str) and is_key(key):
        return key
    msg = f"{where}: {key!r} is no id: an id is 24 hex digits, or a uuid"
    raise ConversionError(msg, field=where, value=key)


def is_id(text: str) -> bool:
    """Say whether *text* has the form of an entity's id."""
    return _ID.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Say whether *text* has the form of an id: 24 hex digits, or a uuid."""
    return bool(_ID.fullmatch(text) or _UUID.fullmatch(text))


def check_text(text: object, where: str) -> str:
    """Return *text* without the blanks around it.

    Raises:
        ConversionError: it is none, or blank, or holds control characters.
    """
    found = text.strip() if isinstance(text, str) else ""
    if found.isprintable() and found:
        return found
    msg = f"{where}: text is wanted that names something, not {text!r:.80}"
    raise ConversionError(msg, field=where, value=text)


def check_type(name: object) -> str:
    """Return the entity type *name* as uris spell it.

    Raises:
        ConversionError: no entity type has such a name.
    """
    found = name.strip() if isinstance(name, str) else ""
    if _TYPE.fullmatch(found):
        return found.lower()
    msg = f"{name!r} is no entity type: write 'transfer', 'user', 'volume' …"
    raise ConversionError(msg, value=name)

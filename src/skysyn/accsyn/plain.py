"""Plain data: what scripts hand over and get back, as dicts and lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from skysyn.dialects.accsyn import values
from skysyn.dialects.accsyn.catalog import DATES
from skysyn.errors import ConversionError, QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skysyn.models import JSON

Plain: TypeAlias = (
    bool | int | float | str | datetime | list["Plain"] | dict[str, "Plain"] | None
)
"""JSON with dates."""

Given: TypeAlias = Mapping[str, object]
"""Attributes by name, with dates, enums and entities as values."""

_DATES = DATES | {"date"}
_PREFIX = "ObjectId:"


def dump(value: object) -> JSON:
    """Return *value* in its wire form; a date without a zone is in the local one.

    Raises:
        ConversionError: it has none.
    """
    match value:
        case datetime() if value.tzinfo is None:
            # the zone's offset on that day, not today's
            return values.dump_date(value.astimezone(UTC))
        case Mapping():
            members = cast("Mapping[object, object]", value)
            return {values.check_key(key): dump(item) for key, item in members.items()}
        case list() | tuple():
            return [dump(item) for item in cast("Sequence[object]", value)]
        case _:
            return values.dump(value)


def load(value: JSON) -> Plain:
    """Return *value* with the attributes that hold dates as dates."""
    match value:
        case dict():
            return {key: _load_member(key, item) for key, item in value.items()}
        case list():
            return [load(item) for item in value]
        case str():
            return value.removeprefix(_PREFIX)
        case _:
            return value


def _load_member(name: str, value: JSON) -> Plain:
    if name in _DATES and isinstance(value, str) and value:
        try:
            return values.load_date(value)
        except ConversionError:
            return value
    return load(value)


def read_data(
    data: Given | Sequence[object] | str | PathLike[str],
) -> dict[str, JSON] | list[JSON]:
    """Return the data to create something of: a dict, a list, JSON text, or a file.

    Only a path object names a file; text is JSON.

    Raises:
        QueryError: it is empty, or no JSON.
    """
    found = _parsed(data) if isinstance(data, (str, PathLike)) else dump(data)
    if not found or not isinstance(found, (dict, list)):
        msg = "there is nothing to create: pass a dict or a list that is not empty"
        raise QueryError(msg)
    return found


def _parsed(data: str | PathLike[str]) -> JSON:
    try:
        text = data if isinstance(data, str) else Path(data).read_text(encoding="utf-8")
        found: JSON = json.loads(text)
    except (OSError, ValueError) as error:
        msg = f"the data to create are no JSON: {error}"
        raise QueryError(msg) from error
    return found


def show(value: object, indent: int = 4) -> str:
    """Return *value* as readable JSON text."""
    return "None" if value is None else json.dumps(dump(value), indent=indent)

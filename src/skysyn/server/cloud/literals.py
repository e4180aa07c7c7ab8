"""Literals on their way to cloud code and back: checked, and files completed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from skysyn.dialects.skygear import literals
from skysyn.dialects.skygear.refusals import refuse
from skysyn.errors import RemoteError

if TYPE_CHECKING:
    from skysyn.models import JSON

Describe = Callable[[str], "dict[str, JSON]"]
"""Returns the wire form of the file with this name."""


def complete(value: JSON, describe: Describe, *, code: int) -> JSON:
    """Return *value* with its files described.

    Raises:
        RemoteError: with *code*, a typed value is unknown or incomplete.
    """
    match value:
        case {"$type": "record", "$record": dict(record)}:
            inside = {**_members(record, describe, code), "_type": "record"}
            return {"$type": "record", "$record": inside}
        case {"$type": "asset", "$name": name}:
            _check(value, code)
            return describe(str(name))
        case {"$type": _}:
            _check(value, code)
            return value
        case dict():
            return _members(value, describe, code)
        case list():
            return [complete(item, describe, code=code) for item in value]
        case _:
            return value


def _members(
    value: Mapping[str, JSON], describe: Describe, code: int
) -> dict[str, JSON]:
    return {name: complete(item, describe, code=code) for name, item in value.items()}


def _check(value: JSON, code: int) -> None:
    try:
        literals.load(value)
    except RemoteError as error:
        raise refuse(code, error.message) from error

"""Checking: whether what a hook made of a record is JSON, before it travels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from skysyn.dialects.skygear.refusals import refuse
from skysyn.models import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def check_record(hook: str, record: Mapping[str, object]) -> None:
    """Refuse a *record* that *hook* gave a value which no client could send.

    Raises:
        InvalidArgument: a field is no JSON.
    """
    kind = str(record.get("_id")).partition("/")[0]
    for field, value in record.items():
        wrong = _wrong(value)
        if wrong is not None:
            msg = f"the hook {hook} sets {kind}.{field} to {wrong}"
            raise refuse(108, msg, arguments=[field])


def _wrong(value: object) -> str | None:
    """Return what is wrong with *value*, None if it is JSON."""
    try:
        return _flaw(value)
    except RecursionError:
        return "what is too deep, or a part of itself"


def _flaw(value: object) -> str | None:
    match value:
        case None | bool() | int() | str():
            return None
        case float():
            return None if math.isfinite(value) else f"{value}, which JSON has not"
        case _ if is_list(value):
            return _first(value)
        case _ if is_object(value):
            strange = [key for key in value if not isinstance(key, str)]
            named = f"an object with the key {strange[0]!r:.80}" if strange else None
            return named or _first(value.values())
        case _:
            return f"an object of {type(value).__name__}, which is no JSON"


def _first(values: Iterable[object]) -> str | None:
    return next(filter(None, map(_flaw, values)), None)

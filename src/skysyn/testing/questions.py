"""Question: what a request means, whatever the form in which it is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import attrs
import msgspec

from skysyn.models import Call, Delete, Fetch, Predicate, Save, Select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skysyn.dialects.secrets import SecretPlaces
    from skysyn.models import Operation
    from skysyn.transport import Request

Meaning: TypeAlias = (
    "dict[str, Meaning] | list[Meaning] | Hidden | str | int | float | bool | None"
)


@attrs.frozen
class Hidden:
    """A secret as a part of what is asked."""

    value: str = attrs.field(repr=False)


@attrs.frozen
class Question:
    """What a request asks for and who asks.

    *caller* are secrets, such as keys, *terms* tell people what is asked. *creates*
    says that ids which first appear here are new; those in *made* always are.
    """

    action: str
    meaning: Meaning
    terms: Mapping[str, str]
    caller: tuple[str, ...] = attrs.field(default=(), repr=False)
    creates: bool = False
    made: frozenset[str] = frozenset()


class Language(Protocol):
    """One service's language, as recordings need it."""

    @property
    def family(self) -> str:
        """The service, as models name it."""
        ...

    @property
    def places(self) -> SecretPlaces:
        """Where messages hold secrets."""
        ...

    def ask(self, request: Request) -> Question:
        """Return what *request* means."""
        ...

    def tidy(self, request: Request) -> Request:
        """Return *request* without what is only true of this machine."""
        ...

    def reading(self, request: Request) -> Operation | None:
        """Return the operation of *request* if it changes nothing, else None."""
        ...


def meaning(value: object, places: SecretPlaces) -> Meaning:
    """Return *value*, an operation or a part of one, as plain data with its types."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case Enum():
            return meaning(value.value, places)
        case dict() | Mapping():
            return _members(value, places)
        case list() | tuple() | set() | frozenset():
            return [meaning(item, places) for item in _items(value)]
        case _:
            return _object(value, places)


def _items(values: Any) -> Iterator[object]:
    yield from values


def _members(value: Any, places: SecretPlaces) -> Meaning:
    return {
        str(name): Hidden(item)
        if isinstance(item, str) and places.is_member(str(name))
        else meaning(item, places)
        for name, item in value.items()
    }


def _object(value: object, places: SecretPlaces) -> Meaning:
    kind = type(value)
    found: dict[str, Meaning] = {"": kind.__name__}
    if attrs.has(kind):
        names = [field.name for field in attrs.fields(kind) if field.eq]
    elif isinstance(value, msgspec.Struct):
        names = list(value.__struct_fields__)
    else:
        return repr(value)
    return found | {name: meaning(getattr(value, name), places) for name in names}


def terms(operation: Operation, places: SecretPlaces) -> dict[str, str]:
    """Return *operation* in the words of those who wrote the query."""
    match operation:
        case Select():
            return _select(operation, places)
        case Fetch() | Delete():
            verb = "fetch" if isinstance(operation, Fetch) else "delete"
            ids = ", ".join(map(str, operation.ids))
            return {"operation": verb, "ids": ids, **_scope(operation.scope)}
        case Save():
            return _save(operation, places)
        case Call():
            found = {"operation": operation.name}
            return found | flatten(meaning(operation.payload, places), "")


def _select(select: Select, places: SecretPlaces) -> dict[str, str]:
    found = {"operation": "query", "type": select.collection, **_scope(select.scope)}
    if select.where is not None:
        found["where"] = _shown(select.where)
    if select.order:
        keys = [f"{order.by} {order.ordering}" for order in select.order]
        found["order by"] = ", ".join(keys)
    for name in ("limit", "offset", "only"):
        if getattr(select, name) is not None:
            found[name] = str(getattr(select, name))
    if select.count:
        found["count"] = "True"
    found |= {f"include {name}": str(path) for name, path in select.include.items()}
    return found | flatten(meaning(select.options, places), "")


def _shown(predicate: Predicate) -> str:
    return str(predicate)


def _save(save: Save, places: SecretPlaces) -> dict[str, str]:
    found = {"operation": "save", **_scope(save.scope)}
    if save.atomic:
        found["atomic"] = "True"
    for number, row in enumerate(save.rows):
        place = f"record {number}"
        found[f"{place} id"] = str(row.id)
        found |= flatten(meaning(row.fields, places), f"{place}: ")
        if row.sets_access:
            found[f"{place} access"] = str(row.access)
    return found


def _scope(scope: str | None) -> dict[str, str]:
    return {} if scope is None else {"database": scope}


def flatten(value: Meaning, path: str) -> dict[str, str]:
    """Return each value in *value* by its path, as text."""
    match value:
        case dict() if value:
            found: dict[str, str] = {}
            joint = "" if not path or path.endswith((" ", ".")) else "."
            for name, item in value.items():
                # the type of a value goes without saying
                found |= flatten(item, f"{path}{joint}{name}") if name else {}
            return found
        case list() if value:
            found = {}
            for index, item in enumerate(value):
                found |= flatten(item, f"{path}[{index}]")
            return found
        case dict():
            return {}
        case Hidden():
            return {path: "(secret)"}
        case _:
            return {path: repr(value)}

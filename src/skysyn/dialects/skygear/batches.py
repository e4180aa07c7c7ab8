"""Batches: the records of a `record:save`, each one readable or refused on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import attrs
import msgspec

from skysyn.errors import RemoteError
from skysyn.models import JSON, Delete, Fetch, RecordID, Row, Save

from . import access, literals
from .refusals import dump, refuse, undecodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# the real server's decoder takes these names, in any case, for parts of its own
_SHAPES: dict[str, type] = {
    "id": dict,
    "data": dict,
    "transient": dict,
    "createdat": dict,
    "updatedat": dict,
    "acl": list,
    "ownerid": str,
    "creatorid": str,
    "updaterid": str,
    "databaseid": str,
}


@attrs.frozen
class Incoming:
    """One record as it was sent; *access* None means that no list came along."""

    id: RecordID
    fields: Mapping[str, object]
    access: tuple[access.Entry, ...] | None = None


@attrs.frozen
class Batch:
    """What a `record:save` asks for; a refused record stands as its refusal."""

    items: tuple[Incoming | RemoteError, ...]
    atomic: bool = False
    scope: str | None = None

    def as_save(self) -> Save:
        """Return the operation, if every record of it can be read.

        Raises:
            RemoteError: one cannot; this is its refusal.
        """
        return Save(
            tuple(_row(item) for item in self.items),
            atomic=self.atomic,
            scope=self.scope,
        )


def _row(item: Incoming | RemoteError) -> Row:
    if isinstance(item, RemoteError):
        raise item
    if item.access is None:
        return Row(item.id, item.fields)
    acl = access.lift(list(item.access))
    return Row(item.id, item.fields, acl, sets_access=True)


def load_save(payload: Mapping[str, JSON]) -> Batch:
    """Return the batch that *payload* says.

    Raises:
        RemoteError: it is none, or it is atomic and one record cannot be read.
    """
    records = payload.get("records")
    if records is not None and not isinstance(records, list):
        raise undecodable()
    if not records:
        raise refuse(108, "expected list of record", arguments=["records"])
    atomic = load_flag(payload, "atomic")
    objects: list[dict[str, JSON]] = []
    for record in records:
        wire = {} if record is None else record
        if not isinstance(wire, dict) or not _is_well_shaped(wire):
            raise undecodable()
        objects.append(wire)
    items = tuple(_item(record) for record in objects)
    failed = [item for item in items if isinstance(item, RemoteError)]
    if atomic and failed:
        errors = [dump(error) for error in failed]
        info = {"arguments": "records", "errors": errors}
        raise refuse(108, "fails to de-serialize records", info=info)
    return Batch(items, atomic, load_scope(payload))


def load_fetch(payload: Mapping[str, JSON]) -> Fetch:
    """Return the `record:fetch` that *payload* says."""
    ids = tuple(_fetched(text) for text in _ids(payload))
    return Fetch(ids, scope=load_scope(payload))


def load_delete(payload: Mapping[str, JSON]) -> Delete:
    """Return the `record:delete` that *payload* says."""
    ids = tuple(load_id(text, "ids") for text in _ids(payload))
    return Delete(ids, load_flag(payload, "atomic"), load_scope(payload))


def load_flag(payload: Mapping[str, JSON], key: str) -> bool:
    """Return a yes or no parameter; no if it is absent."""
    value = payload.get(key)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise undecodable()


def load_scope(payload: Mapping[str, JSON]) -> str | None:
    """Return the database that is asked for; anything but a text is ignored."""
    value = payload.get("database_id")
    return value if isinstance(value, str) and value else None


def load_texts(payload: Mapping[str, JSON], key: str) -> tuple[str, ...] | None:
    """Return a parameter that is a list of texts, or None if it is absent."""
    value = payload.get(key)
    if value is None:
        return None
    if not isinstance(value, list):
        raise undecodable()
    # the real server's decoder leaves what is null as it was, which is empty
    given = ["" if item is None else item for item in value]
    texts = tuple(literals.text(item) for item in given if isinstance(item, str))
    if len(texts) != len(value):
        raise undecodable()
    return texts


T = TypeVar("T", str, bool)


def load_plain(payload: Mapping[str, JSON], key: str, kind: type[T]) -> T | None:
    """Return a parameter of one JSON type, or None if it is absent."""
    value = payload.get(key)
    if value is None or isinstance(value, kind):
        return value
    raise undecodable()


S = TypeVar("S", bound=msgspec.Struct)


def load_all(payload: Mapping[str, JSON], kind: type[S]) -> S:
    """Return the parameters that *kind* names; null stands for none.

    Raises:
        RemoteError: one is of another type than *kind* says.
    """
    given = {name: value for name, value in payload.items() if value is not None}
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError:
        raise undecodable() from None


def load_object(payload: Mapping[str, JSON], key: str) -> dict[str, JSON] | None:
    """Return a parameter that is an object, or None if it is absent."""
    value = payload.get(key)
    if value is None or isinstance(value, dict):
        return value
    raise undecodable()


def load_id(text: str, argument: str) -> RecordID:
    """Return the record id that *text* is; keys may hold further slashes."""
    kind, slash, key = literals.text(text).partition("/")
    if not slash:
        msg = f'record: "_id" should be of format \'{{type}}/{{id}}\', got "{kind}"'
        raise refuse(108, msg, arguments=[argument])
    return RecordID(kind, key)


def load_fields(wire: Mapping[str, JSON]) -> dict[str, object]:
    """Return the fields among the keys of a record; reserved ones are dropped."""
    return {
        literals.text(name): literals.load(value)
        for name, value in wire.items()
        if name and not name.startswith("_")
    }


def load_access(value: JSON) -> tuple[access.Entry, ...] | None:
    """Return the entries of an access control list; null is no list.

    Raises:
        RemoteError: it is no such list.
    """
    if value is None:
        return None
    if not isinstance(value, list):
        raise refuse(108, "_access must be an array", arguments=["_access"])
    return tuple(load_entry(item, "_access") for item in value)


def load_entry(item: JSON, argument: str) -> access.Entry:
    """Return an entry of an access control list that was sent as *argument*.

    Raises:
        RemoteError: it has no level, or says nobody whom it is for.
    """
    wanted = {"public": bool, "role": str, "user_id": str, "relation": str}
    given = item if isinstance(item, dict) else {}
    # what is of another type counts for nothing, as if it had not been sent
    named = {k: given[k] for k in wanted if isinstance(given.get(k), wanted[k])}
    level = given.get("level")
    is_level = isinstance(level, str) and level in {"read", "write"}
    if not named or not is_level:
        raise refuse(108, f"invalid {argument} entry", arguments=[argument])
    return msgspec.convert({"level": level, **named}, access.Entry)


def dump_access(entries: Iterable[access.Entry]) -> list[JSON]:
    """Return *entries* as the server prints them: without what is empty or false."""
    return [
        {
            name: value
            for name, value in msgspec.structs.asdict(entry).items()
            if value not in {None, False, ""}
        }
        for entry in entries
    ]


def _item(wire: dict[str, JSON]) -> Incoming | RemoteError:
    try:
        said = wire.get("_id")
        if not isinstance(said, str):
            return refuse(108, "missing required fields", arguments=["id"])
        record = load_id(said, "id")
        return Incoming(record, load_fields(wire), load_access(wire.get("_access")))
    except RemoteError as error:
        if error.code == 108:
            return error
        raise


def _is_well_shaped(wire: Mapping[str, JSON]) -> bool:
    for name, value in wire.items():
        shape = _SHAPES.get(name.lower())
        if shape and not (value is None or isinstance(value, shape)):
            return False
    return True


def _ids(payload: Mapping[str, JSON]) -> tuple[str, ...]:
    ids = load_texts(payload, "ids")
    if not ids:
        raise refuse(108, "expected list of id", arguments=["ids"])
    return ids


def _fetched(text: str) -> RecordID:
    kind, slash, key = literals.text(text).partition("/")
    if not slash:
        raise refuse(108, f"invalid id format: {kind}", arguments=["ids"])
    return RecordID(kind, key)

"""Databases: records of an app, saved, deleted and found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skysyn.models import is_list

from .asset import get_signer
from .encoding import deserialize_record, serialize_record
from .error import RecordQueryInvalid, SkygearException
from .models import Record

if TYPE_CHECKING:
    from .container import SkygearContainer
    from .query import Query

Wire = dict[str, Any]


class Database:
    """The public or a private database; `container.public_database` is one."""

    def __init__(self, container: SkygearContainer, database_id: str) -> None:
        self.container = container
        self.database_id = database_id

    def save(
        self,
        arg: Record | Wire | list[Record | Wire],
        atomic: bool = False,  # the original's order
    ) -> Wire:
        """Save records; return the server's answer, errors too."""
        records = [
            serialize_record(one) if isinstance(one, Record) else one
            for one in _listed(arg)
        ]
        return self._send("record:save", records=records, atomic=atomic)

    def delete(self, arg: Record | str | list[Record | str]) -> Wire:
        """Delete records, or those of these ids; return the server's answer."""
        ids = [
            f"{one.id.type}/{one.id.key}" if isinstance(one, Record) else one
            for one in _listed(arg)
        ]
        return self._send("record:delete", ids=ids)

    def query(self, query: Query) -> list[Record]:
        """Return the records that *query* finds.

        Raises:
            SkygearException: the server refuses; its code is 120 whatever is wrong.
        """
        answer = self._send("record:query", **_payload(query))
        if "error" in answer:
            error: Wire = answer["error"]
            raise SkygearException(error["message"], RecordQueryInvalid, error)
        return [_load(wire) for wire in answer["result"]]

    def _send(self, action: str, **params: Any) -> Wire:
        payload = {"database_id": self.database_id, **params}
        return self.container.send_action(action, payload)


def _listed(arg: Any) -> list[Any]:
    return [*arg] if is_list(arg) else [arg]


def _payload(query: Query) -> Wire:
    payload: Wire = {
        "record_type": query.record_type,
        "count": query.count,
        "sort": query.sort,
        "include": {
            name: {"$type": "keypath", "$val": name} for name in set(query.include)
        },
    }
    # servers refuse an empty predicate, which the original sends
    if predicate := query.predicate.to_dict():
        payload["predicate"] = predicate
    if query.offset is not None:
        payload["offset"] = query.offset
    if query.limit is not None:
        payload["limit"] = query.limit
    return payload


def _load(wire: Wire) -> Record:
    record = deserialize_record(wire)
    if "_transient" in wire:
        included: dict[str, Any] = wire["_transient"]
        record["_transient"] = {
            name: deserialize_record(found) for name, found in included.items()
        }
    if "attachment" in wire:
        found = dict(wire["attachment"])
        record["attachment"] = {**found, "$url": get_signer().sign(found["$name"])}
    return record

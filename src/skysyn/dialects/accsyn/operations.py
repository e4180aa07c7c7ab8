"""Operations as accsyn's events."""

from __future__ import annotations

from skysyn.errors import ConversionError, QueryError
from skysyn.models import (
    JSON,
    Delete,
    Fetch,
    Operation,
    RecordID,
    Row,
    Save,
    Select,
)

from . import predicates, values
from .events import Event


def to_event(operation: Operation) -> Event:
    """Return the event that says *operation*.

    Raises:
        QueryError: accsyn cannot be asked this.
        ConversionError: a value has no wire form.
    """
    match operation:
        case Select():
            return _find(operation)
        case Fetch():
            return _fetch(_single(operation.ids), operation.scope)
        case Save():
            return _save(operation)
        case Delete():
            gone = _single(operation.ids)
            return Event("DELETE", f"{gone.type}/delete", None, _id(gone))
        case _:
            return Event.of_call(operation)


def _find(select: Select) -> Event:
    if select.order or select.include or select.count or select.scope is not None:
        msg = "accsyn sorts, includes and counts nothing, and has no databases"
        raise QueryError(msg)
    data = dict(select.options)
    if select.limit is not None:
        if select.limit == 0:
            msg = "a limit of 0 finds nothing: do not ask"
            raise QueryError(msg)
        data["limit"] = select.limit
    if select.offset:
        data["skip"] = select.offset
    if select.only is not None:
        data["attributes"] = list(select.only)
    where = None if select.where is None else predicates.dump(select.where)
    return Event("GET", f"{select.collection}/find", data, query=where)


def _save(save: Save) -> Event:
    """Return the event that stores one entity, or several tasks of the job *scope*."""
    if save.scope is not None:
        return _save_tasks(save.scope, save)
    if save.atomic or len(save.rows) != 1:
        msg = "accsyn stores one entity a request: it has no atomic batches"
        raise QueryError(msg)
    row = save.rows[0]
    data = _data(row)
    if row.id.key.startswith(values.NEW):
        return Event("POST", f"{row.id.type}/create", data)
    return Event("PUT", f"{row.id.type}/edit", data, _id(row.id))


def _save_tasks(parent: str, save: Save) -> Event:
    rows: list[JSON] = [{"id": _id(row.id), **_data(row)} for row in save.rows]
    kind = save.rows[0].id.type
    return Event("PUT", f"{kind}/edit", rows, _id(RecordID("job", parent)))


def _data(row: Row) -> dict[str, JSON]:
    data = values.dump_fields(row.fields, row.id.type)
    if not data:
        msg = f"{row.id}: there is nothing to store"
        raise QueryError(msg)
    return data


def _fetch(wanted: RecordID, parent: str | None) -> Event:
    """Return the event that reads one entity; tasks and files are their parent's."""
    uri = f"{wanted.type}/find"
    if parent is None:
        return Event("GET", uri, id=_id(wanted))
    return Event("GET", uri, {"parent": parent}, query=f"id={_id(wanted)}")


def _single(ids: tuple[RecordID, ...]) -> RecordID:
    if len(ids) != 1:
        msg = "accsyn reads and deletes one entity a request"
        raise QueryError(msg)
    return ids[0]


def _id(record: RecordID) -> str:
    try:
        return values.check_id(record.key, f"{record.type}.id")
    except ConversionError as error:
        raise QueryError(str(error)) from error

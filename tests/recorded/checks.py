"""Checks: what came out of the library says all that was received, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.skygear import access, faults, values
from skysyn.errors import NotLoaded, RemoteError
from skysyn.models import is_reference

from .normal import same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skysyn import JSON, Record

    from .recordings import Exchange


def check_record(record: Record, row: JSON) -> None:
    """Check that *record*, field by field, is *row* again."""
    dumped = dump(record)
    assert same(dumped, row), (dumped, row)


def dump(record: Record) -> dict[str, JSON]:
    """Return what *record* was received as."""
    found: dict[str, JSON] = {
        "_id": str(record.id),
        "_type": "record",
        "_access": access.dump(record.acl),
        "_ownerID": record.owner_id,
        "_created_at": values.dump_date(record.created_at),
        "_created_by": record.created_by,
        "_updated_at": values.dump_date(record.updated_at),
        "_updated_by": record.updated_by,
        **record.extra,
        **_fields(record),
    }
    if record.transient:
        found["_transient"] = _transient(record)
    return {name: v for name, v in found.items() if v is not None or name == "_access"}


def _fields(record: Record) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for name, field in type(record).__sky_fields__.items():
        if field.wire.startswith("_"):
            continue
        try:
            found[field.wire] = values.dump(getattr(record, name))
        except NotLoaded:
            assert field.wire not in record.extra
    return found


def _transient(record: Record) -> dict[str, JSON]:
    """Return what came along; records through the references that hold them."""
    origin, found = record.__sky_origin__, dict(record.transient)
    held = {f.wire: n for n, f in type(record).__sky_fields__.items()}
    for name, wire in origin.includes.items() if origin is not None else ():
        if found.get(name) is None or wire.startswith("_"):
            continue
        reference: object = getattr(record, held[wire])
        assert is_reference(reference)
        assert reference.is_loaded
        target: Record = reference.load()  # type: ignore[assignment]  # one of ours
        found[name] = dump(target)
    return found


def _masked(message: str, exchange: Exchange) -> str:
    """Return what *message* is with keys and tokens masked, which no error shows."""
    for name, secret in exchange.headers.items():
        if name.startswith("X-Skygear-"):
            message = message.replace(secret, "***")
    return message


def check_error(exchange: Exchange, error: object, said: JSON) -> None:
    """Check that *error* is typed and has all that the server *said*."""
    assert isinstance(said, dict)
    assert isinstance(error, RemoteError)
    code, info = said["code"], said.get("info", {})
    assert isinstance(code, int)
    assert type(error) is faults.NAMES[code][1]
    assert (error.code, error.name) == (code, said["name"])
    assert error.message.startswith(_masked(str(said["message"]), exchange))
    assert (error.status, error.request_id) == (exchange.status, exchange.request_id)
    kept = {k: _said(v) for k, v in error.info.items() if k != "conflicts"}
    assert kept == info, (kept, info)


def _said(info: object) -> object:
    """Return a typed error in the `info` of an atomic one as the server said it."""
    if not isinstance(info, RemoteError):
        return info
    said = {"name": info.name, "code": info.code, "message": info.message}
    return {**said, "info": info.info} if info.info else said


def check_batch(
    exchange: Exchange,
    asked: Sequence[object],
    saved: Sequence[object],
    failed: Sequence[tuple[object, object]],
) -> None:
    """Check that each of *asked* is where its entry says, in the order asked."""
    wrong = [entry for entry in exchange.items if entry["_type"] == "error"]
    whole = exchange.answer.get("error")
    if isinstance(whole, dict):
        assert not saved
        wrong = [_own(whole, one) for one in asked]
    assert len(saved) + len(failed) == len(asked)
    assert len(failed) == len(wrong)
    for (record, error), entry in zip(failed, wrong, strict=True):
        if "_id" in entry:
            assert _id(record) == entry["_id"]
        check_error(exchange, error, entry)


def _own(whole: dict[str, JSON], one: object) -> dict[str, JSON]:
    """Return the error of one record of an atomic batch, if it has one of its own."""
    info = whole.get("info")
    own = info.get(_id(one)) if isinstance(info, dict) else None
    return own if whole["code"] == 115 and isinstance(own, dict) else whole


def _id(one: object) -> str:
    return str(one) if is_reference(one) else str(getattr(one, "id", ""))

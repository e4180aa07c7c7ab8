"""Skygear's answers: envelopes, entries and errors as typed results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import msgspec

from skysyn.errors import ProtocolError, RemoteError
from skysyn.models import (
    Answer,
    Call,
    Delete,
    Entries,
    Fetch,
    Operation,
    Result,
    Rows,
    Save,
    Select,
)

from . import faults

if TYPE_CHECKING:
    from skysyn.transport import Response

T = TypeVar("T")

REQUEST_ID = "X-Skygear-Request-Id"
_BROKEN = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Envelope(msgspec.Struct, Generic[T], gc=False):
    """What every answer is; records stay bytes until they are read."""

    result: T | msgspec.UnsetType = msgspec.UNSET
    info: dict[str, Any] = {}
    error: faults.Fault | None = None


class Entry(faults.Fault, gc=False):
    """One entry of a batch: a record, what is left of one, or an error."""

    type: str | None = msgspec.field(name="_type", default=None)


Listing: TypeAlias = Envelope[list[msgspec.Raw]]

_envelopes = msgspec.json.Decoder(Envelope[msgspec.Raw])
_listings = msgspec.json.Decoder(Listing)
_entries = msgspec.json.Decoder(Entry)


def decode(operation: Operation, response: Response) -> Result:
    """Return what *response* answers to *operation*.

    Raises:
        RemoteError: the service said no.
        ProtocolError: this is not Skygear's language.
    """
    match operation:
        case Call():
            return _answer(_open(response), response)
        case Select():
            listing = _open_listing(response)
            return Rows(_rows(listing, response), _total(listing, response))
        case Fetch() | Save() | Delete():
            return _batch(operation, _open_listing(response), response)


def _open(response: Response) -> Envelope[msgspec.Raw]:
    """Return the envelope, raising the error it holds."""
    try:
        envelope = _envelopes.decode(response.body)
    except _BROKEN as error:
        raise _foreign(response, f"the answer is not Skygear's: {error}") from error
    _check(envelope, response)
    return envelope


def _open_listing(response: Response) -> Listing:
    """Return the envelope of a list, raising the error it holds."""
    try:
        listing = _listings.decode(response.body)
    except _BROKEN as error:
        _open(response)  # an error in it comes first
        raise _foreign(response, f"the result is no list: {error}") from error
    _check(listing, response)
    return listing


def _check(envelope: Envelope[Any], response: Response) -> None:
    if envelope.error is not None:
        raise faults.lift(
            envelope.error,
            status=response.status,
            request_id=response.header(REQUEST_ID),
        )
    if response.status != 200:
        msg = f"HTTP status {response.status} without a Skygear error"
        raise _foreign(response, msg)


def _foreign(response: Response, reason: str) -> ProtocolError:
    start = response.body[:800].decode("utf-8", "replace")[:200]
    shown = f": {start!r}" if start else ", and the body is empty"
    msg = f"{reason} (HTTP status {response.status}{shown})"
    return ProtocolError(msg, status=response.status, start=start)


def _raws(listing: Listing) -> list[msgspec.Raw]:
    return [] if isinstance(listing.result, msgspec.UnsetType) else listing.result


def _rows(listing: Listing, response: Response) -> tuple[bytes, ...]:
    rows = tuple(map(bytes, _raws(listing)))
    if any(row[:1] != b"{" for row in rows):
        raise _foreign(response, "a record in the result is no object")
    return rows


def _total(listing: Listing, response: Response) -> int | None:
    total = listing.info.get("count")
    if total is None or (isinstance(total, int) and not isinstance(total, bool)):
        return total
    raise _foreign(response, f"info.count is {total!r}, not a number")


def _answer(envelope: Envelope[msgspec.Raw], response: Response) -> Answer:
    if isinstance(envelope.result, msgspec.UnsetType):
        return Answer(None, envelope.info)
    try:
        return Answer(msgspec.json.decode(envelope.result), envelope.info)
    except _BROKEN as error:
        raise _foreign(response, f"the result is cut or broken: {error}") from error


def _batch(
    operation: Fetch | Save | Delete, listing: Listing, response: Response
) -> Entries:
    raws = _raws(listing)
    asked = len(operation.rows if isinstance(operation, Save) else operation.ids)
    if len(raws) != asked:
        msg = f"{asked} items were sent, but {len(raws)} were answered"
        raise _foreign(response, msg)
    kept = not isinstance(operation, Delete)
    return Entries(tuple(_entry(raw, response, kept=kept) for raw in raws))


def _entry(raw: msgspec.Raw, response: Response, *, kept: bool) -> bytes | RemoteError:
    try:
        entry = _entries.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # a record may have fields called `code` or `name` of any type
        row: dict[str, Any] = _object(raw, response)
        if row.get("_type") != "record" or not isinstance(row.get("_id"), str):
            raise _foreign(response, "an entry is neither record nor error") from None
        return bytes(raw) if kept else b""
    if entry.type == "error":
        return faults.lift(
            entry, status=response.status, request_id=response.header(REQUEST_ID)
        )
    if entry.type != "record" or entry.id is None:
        raise _foreign(response, "an entry is neither record nor error")
    return bytes(raw) if kept else b""


def _object(raw: msgspec.Raw, response: Response) -> dict[str, Any]:
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _foreign(response, f"an entry is no object: {error}") from error

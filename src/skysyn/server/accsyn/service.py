"""Service: what each operation does, for one caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.accsyn.refusals import invalid
from skysyn.models import Call, Delete, Entries, Fetch, Save, Select

from .finding import Finding
from .printing import Printer

if TYPE_CHECKING:
    from skysyn.models import Operation, Result

    from .context import Context


def writes(operation: Operation) -> bool:
    """Whether *operation* may change anything."""
    match operation:
        case Select() | Fetch():
            return False
        case Call(name=name):
            return not name.startswith("GET ")
        case _:
            return True


def answer_event(context: Context, operation: Operation) -> Result:
    """Do what *operation* asks.

    Raises:
        RemoteError: it cannot be done, or the caller may not.
    """
    match operation:
        case Select():
            return Finding.of(context, operation.collection).find(operation)
        case Fetch():
            return _fetch(context, operation)
        case _:
            msg = "not yet"
            raise invalid(msg)


def _fetch(context: Context, fetch: Fetch) -> Entries:
    [wanted] = fetch.ids
    found = Finding.of(context, wanted.type).get(wanted.key)
    printer = Printer(context)
    return Entries(() if found is None else (printer.bytes(found),))

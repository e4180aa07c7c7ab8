"""Columns: what kinds of values an exchange has in each field."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from .kinds import PLAIN, kind
from .recordings import TOPICS, exchanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from skysyn import JSON

    from .recordings import Exchange

Columns = dict[tuple[str, str], set[str]]
"""Kinds of values by record type and field."""


@attrs.frozen
class Past:
    """What is known beforehand: every column, and the rows that were answered."""

    columns: Columns
    rows: Mapping[str, dict[str, JSON]]


def of_answers(found: Iterable[Exchange]) -> Columns:
    """Return the columns of every record that was answered."""
    columns: Columns = defaultdict(set)
    for exchange in found:
        for row in rows(exchange.answer.get("result")):
            note_row(columns, row)
    return columns


def everywhere() -> Columns:
    """Return the columns of every record that was answered in any topic."""
    return of_answers(e for topic in TOPICS for e in exchanges(topic))


def rows(data: JSON) -> Iterator[dict[str, JSON]]:
    """Yield every record in *data*, those that came along included."""
    match data:
        case list():
            for item in data:
                yield from rows(item)
        case dict() if data.get("_type") == "record":
            yield data
            transient = data.get("_transient")
            if isinstance(transient, dict):
                yield from rows(list(transient.values()))
        case _:
            return


def note_row(columns: Columns, row: Mapping[str, JSON]) -> None:
    """Enter the fields of one record into *columns*."""
    type_ = str(row.get("_id")).partition("/")[0]
    for name, value in row.items():
        if not name.startswith("_"):
            note(columns, type_, name, value)


def note(columns: Columns, type_: str, name: str, *values: JSON) -> None:
    """Enter the kinds of *values* of one field into *columns*."""
    found = columns[type_, name]
    found |= {made for value in values if (made := kind(value)) is not None}


def join(asked: Columns, answered: Columns, known: Columns, fixed: set[str]) -> Columns:
    """Return the kinds that each field is declared to hold.

    The recorded literal is to be legal where the answer allows it; a field in *fixed*
    is what its column is *known* to be, whatever it is asked for.
    """
    declared: Columns = {}
    for place in {*asked, *answered}:
        of_column = known.get(place, set())
        if place[1] in fixed and of_column:
            declared[place] = of_column
        else:
            held = answered.get(place, set())
            declared[place] = _legal(asked.get(place, set()), held, of_column)
    return declared


def keys_of_refs(columns: Columns, known: Columns) -> None:
    """Take text compared with a *known* reference for the key it is to the server."""
    for place, kinds in columns.items():
        refs = {name for name in known.get(place, ()) if name.startswith("ref ")}
        if kinds == {"str"} and refs:
            columns[place] = refs


def _legal(asked: set[str], held: set[str], known: set[str]) -> set[str]:
    if not held:
        return asked or known
    return held | asked if held | asked <= {*PLAIN, "seq"} else held

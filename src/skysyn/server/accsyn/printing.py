"""Printing: rows as they are sent, with what the caller may see of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from skysyn.dialects.accsyn import values

from .tables import fields_of
from .work import members

if TYPE_CHECKING:
    from skysyn.models import JSON

    from .context import Context
    from .work import Row


@attrs.frozen
class Printer:
    """Prints rows for one caller; *only* are the attributes that are asked for."""

    context: Context
    only: tuple[str, ...] | None = None

    def bytes(self, row: Row) -> bytes:
        """Return *row* as JSON."""
        return msgspec.json.encode(self.object(row))

    def object(self, row: Row) -> dict[str, JSON]:
        """Return *row* as a JSON object."""
        wanted = None if self.only is None else {name.lower() for name in self.only}
        return {
            name: self._value(name, row[name])
            for name in fields_of(str(row["_kind"]))
            if name in row and (wanted is None or name in wanted)
        }

    def _value(self, name: str, value: Any) -> JSON:
        if isinstance(value, datetime):
            return self.date(value)
        if name == "metadata":
            return self._metadata(value)
        found: JSON = value
        return found

    def date(self, value: datetime) -> str:
        """Return a date in the form that the client reads."""
        if self.context.old_dates:
            return value.astimezone(UTC).strftime("{USD::date}%Y%m%d %H:%M:%S")
        return values.dump_date(value.replace(microsecond=0))

    def _metadata(self, value: Any) -> JSON:
        """Return metadata without what is not for standard users."""
        held: dict[str, JSON] = dict(members(value))
        if self.context.caller.is_standard:
            return {k: v for k, v in held.items() if k == "external"}
        return held

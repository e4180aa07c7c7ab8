"""Given: the attributes that a client sends, checked and made ready to store."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from skysyn.dialects.accsyn import values
from skysyn.dialects.accsyn.catalog import find_model
from skysyn.dialects.accsyn.refusals import invalid
from skysyn.dialects.accsyn.rows import wire_type
from skysyn.dialects.accsyn.statuses import Status
from skysyn.errors import ConversionError

from .references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from skysyn.errors import RemoteError
    from skysyn.models import JSON, Field

    from .context import Context

_LARGEST = 2**63
_UNSAFE = re.compile(r"[^a-z0-9_.@-]+")
PRIORITIES = range(1001)


@attrs.frozen
class Given:
    """What a client sent about an entity of type *kind*."""

    context: Context
    kind: str
    data: Mapping[str, JSON]

    def refuse_others(self, allowed: Iterable[str]) -> None:
        """Raise InvalidRequest if something is given that is not in *allowed*."""
        known = set(allowed)
        for name in self.data:
            if name not in known:
                msg = f"{self.kind}: {name!r:.80} cannot be given"
                raise invalid(msg)

    def text(self, name: str) -> str | None:
        """Return a text without the blanks around it; None if there is none.

        Raises:
            InvalidRequest: it is something else.
        """
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or "\0" in value:
            raise self._refusal(name, "text is wanted")
        return value.strip() or None

    def flag(self, name: str) -> bool | None:
        """Return whether something is wanted; None if nothing is said."""
        value = self.data.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise self._refusal(name, "true or false is wanted")

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._refusal(name, "a list of texts is wanted")
        found = [item.strip() for item in value if isinstance(item, str)]
        if len(found) < len(value) or not all(found):
            raise self._refusal(name, "a list of texts is wanted")
        return found

    def stored(self, *names: str) -> dict[str, object]:
        """Return what to store for those of *names* that are given.

        Raises:
            InvalidRequest: a value does not fit.
        """
        fields = {f.wire: f for f in find_model(self.kind).__sky_fields__.values()}
        return {
            name: self._stored(fields[name], self.data[name])
            for name in names
            if name in self.data
        }

    def _stored(self, field: Field[Any], value: JSON) -> object:
        name = field.wire
        if value is None or (value == "" and field.spec.kind in {"ref", "datetime"}):
            return None
        wanted: Any = wire_type(field)
        try:
            found: object = msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            raise self._refusal(name, str(error)) from None
        match field.spec.kind:
            case "ref":
                return resolve(self.context, name, str(found))
            case "datetime":
                return self._date(name, str(found))
            case "enum":
                return self._member(field, found)
            case _:
                return self._bounded(name, found)

    def _bounded(self, name: str, found: object) -> object:
        if isinstance(found, int) and abs(found) >= _LARGEST:
            raise self._refusal(name, "the number is too large")
        if name == "priority" and found not in PRIORITIES:
            raise self._refusal(name, "a priority is 0 to 1000")
        return found

    def _date(self, name: str, text: str) -> datetime:
        try:
            return values.load_date(text).replace(microsecond=0)
        except ConversionError:
            why = "a date is wanted"
            raise self._refusal(name, why) from None

    def _member(self, field: Field[Any], found: object) -> object:
        members = field.spec.python
        if not (isinstance(members, type) and issubclass(members, Enum)):
            return found
        known = {member.value: member for member in members}
        wanted = found.lower() if isinstance(found, str) else found
        member = known.get(wanted)
        allowed = [m for m in members if not isinstance(m, Status) or m.is_writable]
        if member not in allowed:
            texts = ", ".join(str(m.value) for m in allowed)
            raise self._refusal(field.wire, f"{found!r:.40} is none of {texts}")
        return wanted

    def _refusal(self, name: str, why: str) -> RemoteError:
        return invalid(f"{self.kind}.{name}: {why}")

    def naming(self) -> dict[str, object]:
        """Return the code and name; each is made of the other if it is left out.

        Raises:
            InvalidRequest: neither is given.
        """
        name, code = self.text("name"), self.text("code")
        if name is None and code is None:
            msg = f"{self.kind}.name: a name is needed"
            raise invalid(msg)
        code = code or slug(name or "")
        return {"name": name or code, "code": code, "_key": code.lower()}


def slug(name: str) -> str:
    """Return the code that is made of a name."""
    return _UNSAFE.sub("_", name.lower()).strip("_") or "unnamed"

"""Settings: texts by name, of the workspace and of single entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from skysyn.dialects.accsyn import values
from skysyn.errors import ConversionError, QueryError
from skysyn.models import JSON, Model, Ref

from .accsyn_shapes import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.dialects.accsyn.entities import Share

    from .accsyn_files import Events

URI = "setting"


@attrs.frozen
class Settings:
    """Settings of the workspace, or of the entity *of*; made by `session.settings`."""

    _events: Events

    def get(
        self,
        name: str,
        *,
        of: Ref[object] | None = None,
        integration: str | None = None,
        data: Mapping[str, JSON] | None = None,
    ) -> JSON:
        """Return a setting, None if it is not set."""
        kind, key = scope_of(of)
        asked: dict[str, JSON] = {"entitytype": kind, "name": _name(name)}
        if integration is not None:
            asked["integration"] = integration
        asked["data"] = None if data is None else dict(data)
        return self._events.event("GET", URI, asked, id=key).result

    def all(
        self,
        *,
        of: Ref[object] | None = None,
        recursive: bool = False,
        upstream: bool = False,
        omit_defaults: bool = True,
        share: Ref[Share] | None = None,
    ) -> dict[str, Any]:
        """Return every setting.

        *upstream* includes what is inherited, *recursive* what is below a share;
        unless *omit_defaults* is false only what was changed is returned.
        """
        kind, key = scope_of(of)
        asked: dict[str, JSON] = {
            "entitytype": None if of is None else kind,
            "recursive": recursive,
            "upstream": upstream,
            "omit_defaults": omit_defaults,
        }
        if share is not None:
            asked["share"] = values.saved_id(share)
        result = self._events.event("GET", URI, asked, id=key).result
        return convert(result, dict[str, Any], URI)

    def set(self, name: str, value: str, *, of: Ref[object] | None = None) -> bool:
        """Set a setting; values are text, dicts as JSON."""
        kind, key = scope_of(of)
        data: JSON = {"entitytype": kind, "name": _name(name), "value": _text(value)}
        return convert(self._events.event("PUT", URI, data, id=key).result, bool, URI)

    def delete(self, name: str, *, of: Ref[object] | None = None) -> bool:
        """Take a setting back to its default."""
        kind, key = scope_of(of)
        data: JSON = {"entitytype": kind, "name": _name(name)}
        answer = self._events.event("DELETE", URI, data, id=key)
        return convert(answer.result, bool, URI)


def scope_of(of: Ref[object] | None) -> tuple[str, str | None]:
    """Return the entity type and id that settings and logs belong to."""
    if of is None:
        return "workspace", None
    model = getattr(of, "model", type(of))
    if not (isinstance(model, type) and issubclass(model, Model)):
        msg = f"{of!r} is no entity"
        raise QueryError(msg)
    return model.__collection__, values.saved_id(of)


def _name(name: str) -> str:
    if not isinstance(name, str) or not name.strip():  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may have no checker
        msg = "name: a setting has a name"
        raise ConversionError(msg, field="name", value=name)
    return name


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    msg = f"value: the value of a setting is text, not {value!r}"
    raise ConversionError(msg, field="value", value=value)

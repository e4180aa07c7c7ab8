"""Workspaces: what there is, what happened, and what others plug in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
import msgspec

from skysyn.dialects.accsyn import predicates
from skysyn.errors import ProtocolError, QueryError
from skysyn.models import JSON, And, Predicate, Ref

from .accsyn_settings import scope_of
from .accsyn_shapes import convert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skysyn.dialects.accsyn.model import Entity

    from .accsyn_files import Events


@attrs.frozen(kw_only=True)
class PublishFile:
    """A file or folder to publish; a folder's *size* is that of its *files*."""

    id: str | None = None
    filename: str
    size: int | None = None
    is_dir: bool = False
    files: Sequence[PublishFile] = ()

    @property
    def total(self) -> int:
        """The bytes of the file, or of all in the folder."""
        if self.size is not None:
            return self.size
        return sum(file.total for file in self.files)

    def dump(self) -> dict[str, JSON]:
        """Return the file in its wire form, with its size filled in."""
        dumped: dict[str, JSON] = {"filename": self.filename, "size": self.total}
        if self.id is not None:
            dumped["id"] = self.id
        if self.is_dir:
            dumped["is_dir"] = True
        if self.files:
            dumped["files"] = [file.dump() for file in self.files]
        return dumped


@attrs.frozen(kw_only=True)
class Page:
    """Which part of the logs to answer with."""

    page: int | None = None
    limit: int | None = None
    skip: int | None = None

    def dump(self) -> dict[str, JSON]:
        """Return what is given in its wire form."""
        return {k: v for k, v in attrs.asdict(self).items() if v is not None}


@attrs.frozen
class Workspaces:
    """The workspace as a whole; made by `session.workspace`."""

    _events: Events

    def entity_types(self) -> list[str]:
        """Return the names of every entity type that this user may use."""
        result = self._events.event("GET", "entitytypes", {}).result
        return convert(result, list[str], "entitytypes")

    def attributes(
        self,
        model: type[Entity],
        purpose: Literal["read", "create", "update"] = "read",
    ) -> list[str]:
        """Return the attributes of *model* that this user may read, give or change."""
        data: JSON = {
            "entitytype": model.__collection__,
            "create": purpose == "create",
            "update": purpose == "update",
        }
        result = self._events.event("GET", "attributes", data).result
        return _names(result, "attributes")

    def report(self, model: type[Entity], *where: Predicate) -> str:
        """Return a support report on the entities that *where* holds for."""
        uri = f"{model.__collection__}/report"
        answer = self._events.event("GET", uri, {}, query=_condition(where))
        return convert(answer.info.get("report"), str, uri)

    def metrics(
        self,
        model: type[Entity],
        *where: Predicate,
        attributes: Sequence[str] | None = None,
        time: str | None = None,
    ) -> JSON:
        """Return measurements of the entities that *where* holds for."""
        uri = f"{model.__collection__}/metrics"
        names: JSON = None if attributes is None else list(attributes)
        data: dict[str, JSON] = {"attributes": names}
        if time is not None:
            data["time"] = time
        answer = self._events.event("GET", uri, data, query=_condition(where))
        if answer.result is None:
            msg = f"{uri} answered without a result"
            raise ProtocolError(msg, status=200)
        return answer.result

    def logs(
        self,
        *,
        of: Ref[object] | None = None,
        search: str | None = None,
        sort: str = "date",
        sort_reverse: bool = False,
        page: Page | None = None,
    ) -> dict[str, Any]:
        """Return the log of the workspace or an entity: `result` and what else came."""
        kind, key = scope_of(of)
        data: dict[str, JSON] = {
            "entitytype": kind,
            "sort": sort,
            "sort_reverse": sort_reverse,
        }
        if search is not None:
            data["search"] = search
        if page is not None:
            data["pagination"] = page.dump()
        answer = self._events.event("GET", "log/find", data, id=key)
        return {**answer.info, "result": answer.result}

    def prepublish(self, *files: PublishFile) -> JSON:
        """Ask what may be published before a transfer is made of it."""
        sizes = sum(file.total for file in files)
        data: JSON = {"files": [file.dump() for file in files], "size": sizes}
        return self._events.event("PUT", "workspace/publish/preprocess", data).result

    def integration(self, name: str, operation: str, data: Mapping[str, JSON]) -> JSON:
        """Call *operation* of an integration such as ftrack."""
        if not (name and operation and data):
            msg = "an integration is called with a name, an operation and data"
            raise QueryError(msg)
        uri = f"workspace/integration/{name}/utility"
        asked: JSON = {"operation": operation, "data": dict(data)}
        return self._events.event("PUT", uri, asked).result

    def api_key(self) -> str:
        """Return the user's own API key, if the workspace allows it."""
        answer = self._events.event("GET", "user/api_key", {})
        return convert(answer.info.get("api_key"), str, "user/api_key")


def _condition(where: tuple[Predicate, ...]) -> str:
    if not where:
        msg = "say of which entities: pass a condition"
        raise QueryError(msg)
    return predicates.dump(And(where))


class _Attribute(msgspec.Struct):
    name: str


def _names(result: object, uri: str) -> list[str]:
    """Return attributes' names, which some services wrap in objects."""
    rows = convert(result, list[str | _Attribute], uri)
    return [row if isinstance(row, str) else row.name for row in rows]

"""AccsynSession: entities of a workspace, and every other call of accsyn's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote
from uuid import uuid4

import msgspec
from typing_extensions import override

from skysyn.arguments import check_argument, check_number
from skysyn.dialects.accsyn import creation, values
from skysyn.dialects.accsyn.creation import New
from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.accsyn.entities import Collection, File, Task
from skysyn.dialects.accsyn.events import Event
from skysyn.dialects.accsyn.model import Entity
from skysyn.errors import ProtocolError, QueryError, SessionExpired
from skysyn.models import (
    JSON,
    Answer,
    Delete,
    Entries,
    Fetch,
    Model,
    Origin,
    Reference,
    Save,
    Select,
)

from . import accsyn_saving, saving
from .accsyn_access import Access
from .accsyn_files import Files, path_of
from .accsyn_login import Login
from .accsyn_servers import Servers
from .accsyn_settings import Settings
from .accsyn_workspace import Workspaces
from .base import Session

if TYPE_CHECKING:
    from skysyn.dialects.accsyn.creation import NewTask, Where
    from skysyn.dialects.accsyn.entities import AnyJob
    from skysyn.dialects.accsyn.query import EntityQuery
    from skysyn.models import Operation, Ref, Result
    from skysyn.transport import Transport

    from .report import Report

E = TypeVar("E", bound=Entity)
M = TypeVar("M", bound=Model)


class AccsynSession(Session[Accsyn]):
    """One user's access to one accsyn workspace.

    It logs in before the first call, and once more when its session has expired.
    """

    def __init__(self, dialect: Accsyn, transport: Transport) -> None:
        super().__init__(dialect, transport)
        self._login = Login(dialect, transport)

    @property
    @override
    def dialect(self) -> Accsyn:
        """The workspace's settings, with the session in use now."""
        return self._login.dialect

    @property
    def files(self) -> Files:
        """The files of the workspace's storage."""
        return Files(self)

    @property
    def access(self) -> Access:
        """Who may do what with shares, and who takes part in deliveries."""
        return Access(self)

    @property
    def settings(self) -> Settings:
        """Settings of the workspace and of single entities."""
        return Settings(self)

    @property
    def servers(self) -> Servers:
        """The servers of volumes, and the clients of this machine."""
        return Servers(self)

    @property
    def workspace(self) -> Workspaces:
        """Entity types, logs, reports, metrics, integrations and publishing."""
        return Workspaces(self)

    @property
    def user_id(self) -> str:
        """The id of the user who is logged in; logs in if nobody is yet."""
        identity = self._login.ensure().identity
        return "" if identity is None else identity.user_id

    @property
    def session_key(self) -> str | None:
        """The session key of version 1, to log in with elsewhere; may log in."""
        identity = self._login.ensure().identity
        return None if identity is None else identity.session_key

    def log_in(self) -> None:
        """Log in now instead of before the first call."""
        self._login.ensure()

    @override
    def execute(self, operation: Operation, /) -> Result:
        if isinstance(operation, Fetch) and len(operation.ids) > 1:
            return self._fetch_each(operation)
        # the logins that it takes are part of the call, and of its time
        with self.budget().spend():
            return self._logged_in(operation)

    def _logged_in(self, operation: Operation) -> Result:
        """Ask, after a login if there was none, and again if the session expired."""
        eid = str(uuid4())
        if self.dialect.identity is None:
            # what cannot be said is refused before the login is sent
            self.dialect.encode_as(eid, operation)
        dialect = self._login.ensure()
        try:
            return self._ask(dialect, eid, operation)
        except SessionExpired:
            if not dialect.can_renew:
                raise
        return self._ask(self._login.renew(dialect), eid, operation)

    def _ask(self, dialect: Accsyn, eid: str, operation: Operation) -> Result:
        response = self._transport.send(dialect.encode_as(eid, operation))
        return dialect.decode(operation, response)

    def _fetch_each(self, fetch: Fetch) -> Entries:
        found: list[Result] = [
            self.execute(Fetch((one,), fetch.scope)) for one in fetch.ids
        ]
        return Entries(
            tuple(e for r in found if isinstance(r, Entries) for e in r.entries)
        )

    @override
    def explain(self, operation: Select | Fetch | Save | Delete, /) -> str:
        request = self.dialect.encode(operation)
        url, _, query = request.url.partition("?")
        event: JSON = json.loads(unquote(query) if query else request.body)
        lines = [f"{request.method} {url}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        text = "\n".join([*lines, "", json.dumps(event, indent=2)])
        return self.dialect.redact(text)

    def query(self, model: type[E]) -> EntityQuery[E]:
        """Return the query for all entities of *model*, asked through this session."""
        saving.check_model(self, model)
        return model.query(self)

    def event(
        self,
        method: str,
        uri: str,
        data: JSON = None,
        *,
        id: str | None = None,  # noqa: A002  # the envelope's word
        query: str | None = None,
    ) -> Answer:
        """Send any event as it is; return its result, and what else came in `info`.

        `session.event("GET", "transfer/find", {"limit": 5}, query="status=failed")`

        Raises:
            ConversionError: *id* is no id; nothing was sent.
        """
        check_argument(uri, str, "event() takes a uri, such as 'transfer/find'")
        check_argument(query or "", str, "query= is text in accsyn's query language")
        key = id and values.check_id(id, "id")
        return self._answer(Event(method, uri, data, key, query).call())

    @override
    def save(self, *objects: M, atomic: bool = False) -> Report[M]:
        """Store new and changed entities; report what became of each.

        Each is a request of its own, but the tasks of a job are one together. An
        entity with nothing changed is not sent. Nothing is raised for those that
        fail: see `Report.raise_for_failures()`.

        Raises:
            ConversionError, QueryError: one cannot be said; nothing was sent.
        """
        _check_not_atomic(atomic)
        with self.budget().spend():
            return accsyn_saving.save(self, objects)

    @override
    def delete(
        self, *objects: M | Reference[M], atomic: bool = False
    ) -> Report[M | Reference[M]]:
        """Delete entities, one request each; report what became of each."""
        _check_not_atomic(atomic)
        with self.budget().spend():
            return accsyn_saving.delete(self, objects)

    def delete_by_force(self, entity: Entity) -> None:
        """Delete an entity that others still depend on."""
        saving.check_record(self, entity)
        accsyn_saving.check_allowed("delete", entity)
        uri = f"{entity.__collection__}/delete"
        self.event("DELETE", uri, {"force": True}, id=values.saved_id(entity))
        entity.__sky_forget__()

    def create(self, new: New[E]) -> E:
        """Make what *new* says; return it, or the first of several.

        Raises:
            RemoteError: the service refused.
        """
        return self.create_all(new)[0]

    def create_all(self, new: New[E]) -> list[E]:
        """Make what *new* says; a transfer to several recipients becomes several."""
        check_argument(new, New, "create() takes what to make: NewTransfer(…)")
        answer = self.event("POST", new.uri, new.dump())
        made = self.load(new.entity, answer.result)
        if not made:
            msg = f"{new.uri} did not say what it made"
            raise ProtocolError(msg, status=200)
        return made  # type: ignore[return-value]  # `entity` is E's class

    def add_tasks(
        self,
        job: Ref[AnyJob],
        *tasks: NewTask | Where,
        allow_duplicates: bool | None = None,
        replace_duplicates: bool | None = None,
    ) -> list[Task]:
        """Add tasks to a job, which revives it if it is finished.

        A task that is there already is retried, unless duplicates are not allowed or
        are replaced. Nothing is returned for what the service only says it did.
        """
        if not tasks:
            msg = "no tasks are given"
            raise QueryError(msg)
        data: dict[str, JSON] = {"tasks": creation.dump_tasks(tasks)}
        if allow_duplicates is not None:
            data["allow_duplicates"] = allow_duplicates
        if replace_duplicates is not None:
            data["replace_duplicates"] = replace_duplicates
        key = values.saved_id(job)
        answer = self.event("POST", "task/create", data, id=key)
        return self.load(Task, answer.result, key)

    def add_files(self, collection: Ref[Collection], *places: Where) -> list[File]:
        """Put files into a collection."""
        if not places:
            msg = "no files are named"
            raise QueryError(msg)
        key = values.saved_id(collection)
        data: JSON = {"files": [path_of(place) for place in places]}
        answer = self.event("POST", "file/add", data, id=key)
        return self.load(File, answer.result, key)

    def remove_files(self, collection: Ref[Collection], *files: Ref[File]) -> None:
        """Take files out of a collection; they stay where they are stored."""
        if not files:
            msg = "no files are named"
            raise QueryError(msg)
        data: JSON = {"files": [values.saved_id(file) for file in files]}
        uri, key = "collection/file/remove", values.saved_id(collection)
        self.event("DELETE", uri, data, id=key)

    def activate(self, model: type[Entity], ident: str) -> None:
        """Bring back a user or share that was deactivated, by id or code."""
        saving.check_family(self, model)
        uri = f"{model.__collection__}/activate"
        code = values.check_text(ident, f"{model.__name__}.code").lower()
        if values.is_id(code):
            self.event("POST", uri, {}, id=code)
        else:
            # here the query is the bare code, not an expression
            self.event("POST", uri, {}, query=code)

    def deactivate(self, entity: Ref[Entity]) -> None:
        """Take a user or share out of use; `activate()` brings it back."""
        saving.check_reference(self, entity)
        kind = entity.model if isinstance(entity, Reference) else type(entity)
        name = str(getattr(kind, "__collection__", ""))
        self.event("DELETE", f"{name}/deactivate", {}, id=values.saved_id(entity))

    def generate_session_key(self, lifetime: int) -> str:
        """Return a new session key that lives *lifetime* seconds (version 1)."""
        check_number(lifetime, 1, "lifetime is a number of seconds")
        username = self.dialect.username
        uri = "user/generate_session_key"
        answer = self.event("POST", uri, {"lifetime": lifetime}, query=username)
        found = answer.info.get("session_key")
        if not isinstance(found, str):
            msg = f"{uri} answered without a session key"
            raise ProtocolError(msg, status=200)
        return found

    def load(self, model: type[E], result: JSON, parent: str | None = None) -> list[E]:
        """Return the entities that the *result* of an event holds.

        Raises:
            ProtocolError: it holds something else.
        """
        saving.check_model(self, model)
        rows = result if isinstance(result, list) else [result]
        if result is None or result is True:
            return []
        if not all(isinstance(row, dict) for row in rows):
            msg = f"entities are wanted, not {result!r:.120}"
            raise ProtocolError(msg, status=200)
        origin = Origin(self, parent)
        return [model.__sky_make__(msgspec.json.encode(row), origin) for row in rows]


def _check_not_atomic(atomic: bool) -> None:
    if atomic:
        msg = "accsyn stores and deletes one by one: there are no atomic batches"
        raise QueryError(msg)

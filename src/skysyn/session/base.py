"""Session: sends the operations of models through a dialect and a transport."""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock
from typing import TYPE_CHECKING, Generic, Self, TypeVar, get_args

from skysyn.arguments import check_argument
from skysyn.errors import StateError
from skysyn.models import (
    Answer,
    Call,
    Model,
    Operation,
    Origin,
    Reference,
    pop,
    push,
)

from . import fetching, saving

if TYPE_CHECKING:
    from types import TracebackType

    from skysyn.dialects.base import Dialect
    from skysyn.errors import RemoteError
    from skysyn.models import (
        JSON,
        Fetch,
        RecordID,
        Ref,
        Result,
        Select,
    )
    from skysyn.transport import TimeBudget, Transport

    from .report import FetchReport, Report

D = TypeVar("D", bound="Dialect")
M = TypeVar("M", bound=Model)


class Session(Generic[D]):
    """One user's access to one service; made by `connect()`.

    Inside `with session:` it is current for the models of its service. It may be used
    from several threads; two sessions share nothing.
    """

    def __init__(self, dialect: D, transport: Transport) -> None:
        self._dialect = dialect
        self._transport = transport
        self._lock = RLock()

    @property
    def dialect(self) -> D:
        """The service's settings, with the credentials in use now."""
        return self._dialect

    @property
    def transport(self) -> Transport:
        """What carries this session's requests."""
        return self._transport

    @property
    def family(self) -> str:
        """The service this session speaks to: which models it serves."""
        return self._dialect.family

    def execute(self, operation: Operation, /) -> Result:
        """Send *operation* and return its result.

        Raises:
            QueryError, ConversionError: it cannot be said; nothing was sent.
            TransportError: no answer came.
            RemoteError: the service said no.
            ProtocolError: the answer is not the service's language.
        """
        _check_operation("execute()", operation)
        dialect = self._dialect
        response = self._transport.send(dialect.encode(operation))
        return dialect.decode(operation, response)

    def explain(self, operation: Select | Fetch, /) -> str:
        """Return the request that *operation* becomes, with secrets masked."""
        _check_operation("explain()", operation)
        request = self._dialect.encode(operation)
        lines = [f"{request.method} {request.url}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        text = "\n".join([*lines, "", request.body.decode()])
        return self._dialect.redact(text)

    def explain_failure(
        self,
        operation: Operation,  # noqa: ARG002  # a service's session looks at it
        error: RemoteError,
    ) -> RemoteError:
        """Return *error* with what can be found out about its cause."""
        return self._dialect.explain_failure(error)

    def call(self, name: str, payload: Mapping[str, JSON] | None = None) -> JSON:
        """Ask for any action by *name*; return its result as plain JSON.

        `session.call("record:query", {"record_type": "task"})`
        """
        check_argument(name, str, "call() takes the name of an action")
        check_argument(payload or {}, Mapping, f"call({name!r}) takes a dict besides")
        return self._answer(Call(name, payload or {})).result

    def get(self, model: type[M], key: str | RecordID) -> M:
        """Fetch the record of *model* with this *key*.

        Raises:
            NotFound: there is none.
            PermissionDenied: this user may not read it.
        """
        saving.check_model(self, model)
        report = self.fetch(Reference(model, fetching.bare_key(model, key)))
        report.raise_for_failures()
        return report.found[0]

    def fetch(self, *refs: Ref[M], scope: str | None = None) -> FetchReport[M]:
        """Fetch several records in one request; report which failed.

        A record, which is a reference to itself, comes as a new object, from the
        database that it came from unless *scope* names another; `refresh()` reads it
        in place.
        """
        for ref in refs:
            saving.check_reference(self, ref)
        with self.budget().spend():
            return fetching.fetch(self, refs, scope)

    def refresh(self, *objects: Model) -> None:
        """Read stored records again, dropping unsaved changes.

        Raises:
            NotSaved: one is not stored yet.
            NotFound: one no longer exists; the others are read all the same.
        """
        for instance in objects:
            saving.check_record(self, instance)
        with self.budget().spend():
            fetching.refresh(self, objects)

    def save(self, *objects: M, atomic: bool = False) -> Report[M]:
        """Store new and changed records; report what became of each.

        They travel in batches of at most 200 a request, or in one if *atomic*, where
        either all are stored or none. A record with nothing changed is not sent.
        Nothing is raised for records that fail: see `Report.raise_for_failures()`.

        Raises:
            ConversionError: a record holds a value it cannot; nothing was sent.
        """
        with self.budget().spend():
            return saving.save(self, objects, atomic=atomic)

    def delete(
        self, *objects: M | Reference[M], atomic: bool = False
    ) -> Report[M | Reference[M]]:
        """Delete records; report what became of each, as `save` does."""
        with self.budget().spend():
            return saving.delete(self, objects, atomic=atomic)

    def budget(self) -> TimeBudget:
        """Return the time that the requests of one call share: `Timeout.total`."""
        return self._transport.budget()

    def explain_route(self) -> str:
        """Return how requests travel to the service, and what decided so."""
        return str(self._transport.explain_route(self._dialect.endpoint_url))

    def close(self) -> None:
        """Give back the connections; the session may be used again."""
        self._transport.close()

    def origin(self, scope: str | None = None) -> Origin:
        """Return what objects loaded through this session remember of it."""
        return Origin(self, scope)

    def _answer(self, call: Call) -> Answer:
        result = self.execute(call)
        if not isinstance(result, Answer):
            msg = f"a Call is answered by an Answer, not {type(result).__name__}"
            raise TypeError(msg)
        return result

    def __enter__(self) -> Self:
        push(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pop()
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._dialect!r}>"

    def __getstate__(self) -> object:
        msg = "a session holds connections and secrets and is not pickled; connect()"
        raise StateError(msg)


def _check_operation(where: str, operation: object) -> None:
    takes = f"{where} takes an operation; a query has methods of its own"
    check_argument(operation, get_args(Operation), takes)

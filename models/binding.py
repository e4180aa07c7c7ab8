"""Which session is meant: the one passed, bound, current, or the default."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol, TypeVar

import attrs

from skysyn.errors import NoSessionError, QueryError

if TYPE_CHECKING:
    from collections.abc import Generator

    from skysyn.errors import RemoteError

    from .model import Model
    from .operations import Fetch, Operation, Result, Select

    M = TypeVar("M", bound=Model)


class Outcome(Protocol):
    """What became of a save or delete."""

    def raise_for_failures(self) -> None:
        """Raise unless everything was done."""
        ...


class Budget(Protocol):
    """Time that several requests share."""

    def spend(self) -> AbstractContextManager[None]:
        """End the requests of the block within what is left."""
        ...


class Backend(Protocol):
    """What models need of a session; `skysyn.Session` is one."""

    @property
    def family(self) -> str:
        """The service this session speaks to: which models it serves."""
        ...

    def get(self, model: type[M], key: str, /) -> M:
        """Fetch one record.

        Raises:
            NotFound: there is none, or this user may not read it.
        """
        ...

    def save(self, *objects: Model) -> Outcome:
        """Store new and changed records."""
        ...

    def delete(self, *objects: Model) -> Outcome:
        """Delete stored records."""
        ...

    def refresh(self, *objects: Model) -> None:
        """Read records again, dropping unsaved changes."""
        ...

    def execute(self, operation: Operation, /) -> Result:
        """Send one operation and return its result."""
        ...

    def explain(self, operation: Select | Fetch, /) -> str:
        """Return the request that *operation* becomes, with secrets masked."""
        ...

    def explain_failure(self, operation: Operation, error: RemoteError) -> RemoteError:
        """Return *error* with what can be found out about its cause."""
        ...

    def budget(self) -> Budget:
        """Return the time that the requests of one call share."""
        ...

    def origin(self, scope: str | None = None) -> Origin:
        """Return what objects loaded through this session remember of it."""
        ...


@attrs.frozen(eq=False)
class Origin:
    """Where a loaded object came from; the objects of one answer share it.

    *only* are the wire names that were asked for, or None for all. *includes* are
    the wire names of references that came along, by their name in the answer.
    """

    backend: Backend | None
    scope: str | None = None
    only: frozenset[str] | None = None
    includes: Mapping[str, str] = attrs.field(factory=dict[str, str])

    def bare(self) -> Origin:
        """Return the same for whole records that came along."""
        return Origin(self.backend, self.scope)

    def detached(self) -> Origin:
        """Return the same without the session, for pickling."""
        return attrs.evolve(self, backend=None)


Stack = tuple[Mapping[str, "Backend"], ...]

_stack: ContextVar[Stack] = ContextVar("skysyn_sessions", default=())
_default: dict[str, Backend] = {}


def check_session(backend: object, where: str) -> None:
    """Raise NoSessionError unless what is passed to *where* can be a session."""
    # a session of one's own need not inherit from ours
    if not hasattr(backend, "execute"):
        msg = f"{where} takes a session, as connect() returns it, not {backend!r:.80}"
        raise NoSessionError(msg)


def push(*backends: Backend) -> None:
    """Make *backends* current in this context until `pop()`."""
    stack = _stack.get()
    inner = dict(stack[-1]) if stack else {}
    inner.update({backend.family: backend for backend in backends})
    _stack.set((*stack, inner))


def pop() -> None:
    """Make current again what was so before the last `push()`."""
    _stack.set(_stack.get()[:-1])


@contextmanager
def bind(*backends: Backend) -> Generator[None]:
    """Make *backends* current inside the block, in this thread and its tasks.

    Do not `yield` out of a generator inside it: the consumer would see them too.
    """
    for backend in backends:
        check_session(backend, "bind()")
    push(*backends)
    try:
        yield
    finally:
        pop()


def set_default(backend: Backend | None, *, family: str | None = None) -> None:
    """Use *backend* wherever no other session is current; None takes it back."""
    if backend is not None:
        check_session(backend, "set_default()")
        _default[backend.family] = backend
    elif family is not None:
        _default.pop(family, None)
    else:
        _default.clear()


def bound(family: str) -> Backend | None:
    """Return the session of the innermost `with` for *family*, or None."""
    stack = _stack.get()
    return stack[-1].get(family) if stack else None


def current(family: str) -> Backend | None:
    """Return the session that is current for *family*, or the default, or None."""
    return bound(family) or _default.get(family)


def _check_family(family: str, backend: Backend) -> None:
    if backend.family != family:
        msg = f"{family} models are not asked through a session with {backend.family}"
        raise QueryError(msg)


def resolve(family: str, *candidates: Backend | None) -> Backend:
    """Return the first of *candidates* that is one, else the current session.

    Raises:
        NoSessionError: there is none.
        QueryError: it speaks to another service.
    """
    for candidate in candidates:
        if candidate is not None:
            _check_family(family, candidate)
            return candidate
    found = current(family)
    if found is None:
        msg = (
            f"no {family} session: work inside `with connect(…):`, pass one, "
            "or call set_default(connect(…)). A session bound in one thread is "
            "not seen in others; run them in contextvars.copy_context()"
        )
        raise NoSessionError(msg)
    return found

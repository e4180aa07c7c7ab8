"""Every error that skysyn raises.

SkysynError
├── DeclarationError (TypeError)          a model class is declared wrongly
├── QueryError (ValueError)               a query cannot be said to the service
├── ConversionError (ValueError)          a value does not fit its field
├── StateError                            an object is not in the state for this
│   ├── NotLoaded (AttributeError)        the query left this field out
│   ├── NoSessionError (RuntimeError)     nothing says which session to use
│   ├── NotSaved                          the object is not stored yet
│   └── BundleError                       an app cannot be exported or imported
│       ├── NotABundle                    the folder holds something else
│       ├── DamagedBundle                 a file is not the one that was written
│       ├── NewerBundle                   a later version wrote it
│       ├── TargetTaken                   something else is there already
│       └── DiskFull                      no room is left
├── CassetteError                         a recording cannot be read, kept or played
│   └── CassetteMismatch (AssertionError) a test asks for something else than recorded
├── BudgetExceeded (AssertionError)       a test made more requests than it may
├── ResultError (LookupError)             another number of results than asked for
│   ├── NoResult
│   └── SeveralResults
├── TransportError (ConnectionError)      no answer came
│   ├── ConnectError                      the server was not reached
│   ├── TimedOut (TimeoutError)           a time limit passed
│   ├── BrokenAnswer                      the answer is cut short or is not HTTP
│   ├── ProxyError                        the proxy failed
│   │   └── ProxyRefused                  the proxy said no: login or rules
│   ├── TLSError                          the certificate or handshake is bad
│   ├── PlaintextRefused                  secrets would travel unencrypted
│   └── LimitExceeded                     an answer is larger than allowed
├── ProtocolError (ValueError)            an answer is not the service's language
└── RemoteError                           the service said no
    ├── AuthenticationError               keys, tokens, passwords
    │   └── SessionExpired
    ├── PermissionDenied
    ├── NotFound
    ├── Conflict
    ├── InvalidRequest
    ├── PartialFailure
    └── Unavailable
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AuthenticationError",
    "BrokenAnswer",
    "BudgetExceeded",
    "BundleError",
    "CassetteError",
    "CassetteMismatch",
    "Conflict",
    "ConnectError",
    "ConversionError",
    "DamagedBundle",
    "DeclarationError",
    "DiskFull",
    "InvalidRequest",
    "LimitExceeded",
    "NewerBundle",
    "NoResult",
    "NoSessionError",
    "NotABundle",
    "NotFound",
    "NotLoaded",
    "NotSaved",
    "PartialFailure",
    "PermissionDenied",
    "PlaintextRefused",
    "ProtocolError",
    "ProxyError",
    "ProxyRefused",
    "QueryError",
    "RemoteError",
    "ResultError",
    "SessionExpired",
    "SeveralResults",
    "SkysynError",
    "StateError",
    "TLSError",
    "TargetTaken",
    "TimedOut",
    "TransportError",
    "Unavailable",
]


class SkysynError(Exception):
    """The base of every error that skysyn raises."""


class DeclarationError(SkysynError, TypeError):
    """A model class is declared wrongly; the text names class, field and mend."""


class QueryError(SkysynError, ValueError):
    """A query cannot be said in the service's language; nothing was sent."""


class ConversionError(SkysynError, ValueError):
    """A value does not fit its field.

    *model* and *field* name the place, *path* leads to it inside the value (`$[2].k`),
    *record* is the id of the record where one is known, *value* is what was found.
    """

    def __init__(
        self,
        message: str,
        *,
        model: str | None = None,
        field: str | None = None,
        path: str = "$",
        record: str | None = None,
        value: object = None,
    ) -> None:
        super().__init__(message)
        self.model = model
        self.field = field
        self.path = path
        self.record = record
        self.value = value

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


class StateError(SkysynError):
    """An object is not in the state that the call needs."""


class NotLoaded(StateError, AttributeError):
    """The field was left out by the query that made the object."""


class NoSessionError(StateError, RuntimeError):
    """Nothing says which session to use."""


class NotSaved(StateError):
    """The object is not stored yet, so the service does not know it."""


class BundleError(StateError):
    """An app cannot be exported or imported as things are; the text says the mend."""


class NotABundle(BundleError):
    """The folder holds no bundle, or one that is not finished."""


class DamagedBundle(BundleError):
    """A file of the bundle is not what was written: *file*, and its *line* or 0."""

    def __init__(self, message: str, *, file: str, line: int = 0) -> None:
        super().__init__(message)
        self.file = file
        self.line = line

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


class NewerBundle(BundleError):
    """A later version of skysyn wrote the bundle."""


class TargetTaken(BundleError):
    """Something else is there already, and is left as it is."""


class DiskFull(BundleError):
    """No room is left; the same command goes on when there is."""


class CassetteError(SkysynError):
    """A recording cannot be read, kept or played.

    *path* is the file, *line* the place in it where one is known.
    """

    def __init__(
        self, message: str, *, path: str | None = None, line: int | None = None
    ) -> None:
        place = "" if path is None else f"{path}: "
        if line is not None:
            place = f"{path or 'line'}:{line}: "
        super().__init__(f"{place}{message}")
        self.path = path
        self.line = line


class CassetteMismatch(CassetteError, AssertionError):
    """A test asks for something else than its recording holds."""


class BudgetExceeded(SkysynError, AssertionError):
    """A test made more requests than it may; the text names who made them."""


class ResultError(SkysynError, LookupError):
    """The service holds another number of results than the call asks for."""


class NoResult(ResultError):
    """Nothing was found where one result was asked for."""


class SeveralResults(ResultError):
    """More than one was found where one result was asked for."""


class TransportError(SkysynError, ConnectionError):
    """No answer came.

    *url* is where the request went, without query and credentials. *maybe_sent* says
    whether the service may have received it: only if it is False was certainly
    nothing done.
    """

    def __init__(
        self, message: str, *, url: str | None = None, maybe_sent: bool = True
    ) -> None:
        super().__init__(message)
        self.url = url
        self.maybe_sent = maybe_sent

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


class ConnectError(TransportError):
    """The server was not reached, or hung up before it answered."""


class TimedOut(TransportError, TimeoutError):
    """A time limit passed before the answer was there."""


class BrokenAnswer(TransportError):
    """What came is cut short, or is not HTTP."""


class ProxyError(TransportError):
    """The proxy refused, failed or spoke another protocol."""


class ProxyRefused(ProxyError):
    """The proxy said no: its login or its rules; asking again does not help."""


class TLSError(TransportError):
    """The server's certificate or the TLS handshake was not acceptable."""


class PlaintextRefused(TransportError):
    """Secrets would have travelled unencrypted; the text says how to allow it."""


class LimitExceeded(TransportError):
    """The answer is larger or deeper than the transport's limits allow."""


class ProtocolError(SkysynError, ValueError):
    """An answer is not in the service's language.

    *status* is its HTTP status, *start* the first 200 characters of its body.
    """

    def __init__(self, message: str, *, status: int, start: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.start = start

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


class RemoteError(SkysynError):
    """The service said no.

    *code* and *name* are the service's own (None where it has none), *info* its
    structured details, *status* the HTTP status, *request_id* what support asks for.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        name: str | None = None,
        info: Mapping[str, object] | None = None,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.name = name
        self.info: Mapping[str, object] = {} if info is None else info
        self.status = status
        self.request_id = request_id

    def __str__(self) -> str:
        label = " ".join(str(x) for x in (self.code, self.name) if x is not None)
        text = f"{label}: {self.message}" if label else self.message
        return f"{text} (request {self.request_id})" if self.request_id else text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code}, {self.message!r})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(vars(self) == vars(other))

    def __hash__(self) -> int:
        return hash((type(self), self.code, self.message, self.request_id))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


class AuthenticationError(RemoteError):
    """The key, token or password is missing, wrong or not enough."""


class SessionExpired(AuthenticationError):
    """The session or token is no longer valid: log in again."""


class PermissionDenied(RemoteError):
    """The service knows who asks and does not allow it."""


class NotFound(RemoteError):
    """The record, user, device, action or column does not exist."""


class Conflict(RemoteError):
    """What is stored forbids it: duplicates, references, column types."""


class InvalidRequest(RemoteError):
    """The service does not accept the request as it was written."""


class PartialFailure(RemoteError):
    """Some items of a batch failed, or failed the whole atomic batch."""


class Unavailable(RemoteError):
    """The service cannot answer now, or failed in a way of its own."""


def _rebuild(
    cls: type[Exception], args: tuple[object, ...], state: dict[str, object]
) -> Exception:
    """Make an error again from what pickle kept of it."""
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error

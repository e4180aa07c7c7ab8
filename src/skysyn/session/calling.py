"""Calling: functions of cloud code, with declared types for what they return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from skysyn.errors import QueryError, RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skysyn.dialects.skygear.results import Results
    from skysyn.models import JSON

T = TypeVar("T")


@attrs.frozen
class RemoteOp(Generic[T]):
    """A function of cloud code, made by `session.op()` and called like any other."""

    name: str
    returns: object
    _errors: Mapping[int, type[RemoteError]] = attrs.field(repr=False)
    _results: Results = attrs.field(repr=False)
    _call: Callable[[str, Mapping[str, JSON]], JSON] = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        self._results.check(self.returns)

    def __call__(self, *args: object, **named: object) -> T:
        """Return what the function returns for these arguments.

        Raises:
            QueryError: some are by position and some by name; nothing was sent.
            ConversionError: an argument cannot be sent, or the result is another one.
            RemoteError: the function refuses, or the server does.
        """
        payload = {"args": self._dump(args, named)}
        try:
            result = self._call(self.name, payload)
        except RemoteError as error:
            raise self._named(error) from error.__cause__
        found: T = self._results.load(result, self.returns, self.name)
        return found

    def or_none(self) -> RemoteOp[T | None]:
        """Return the same function, which may return `None` too."""
        declared: Any = self.returns
        wanted: object = declared | None
        return RemoteOp(self.name, wanted, self._errors, self._results, self._call)

    def _dump(self, args: tuple[object, ...], named: dict[str, object]) -> JSON:
        if args and named:
            msg = (
                f"{self.name} takes its arguments by position or by name, not both: "
                "the server knows them as one list or one object"
            )
            raise QueryError(msg)
        if named:
            return {name: self._results.dump(value) for name, value in named.items()}
        return [self._results.dump(value) for value in args]

    def _named(self, error: RemoteError) -> RemoteError:
        """Return *error* as the class that is declared for its code."""
        kind = self._errors.get(error.code or 0)
        if kind is None or isinstance(error, kind):
            return error
        return kind(
            error.message,
            code=error.code,
            name=error.name,
            info=error.info,
            status=error.status,
            request_id=error.request_id,
        )

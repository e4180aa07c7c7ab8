"""Hooks: functions on records, made to run on what a server sends of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, overload

from skysyn.dialects.skygear.model import Record
from skysyn.errors import DeclarationError

from . import typed
from .names import name_of
from .records import PlainRecord

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .registry import HookRun, Wire

R = TypeVar("R")
Kept_contra = TypeVar("Kept_contra", contravariant=True)
Hooked = TypeVar("Hooked", bound=PlainRecord | Record)
Function = Callable[..., object]


class SaveHook(Protocol[Hooked]):
    """Takes a function of the record, the one that is stored, and a connection.

    The function may leave out the connection, or both.
    """

    @overload
    def __call__(
        self, function: Callable[[Hooked, Hooked | None, Connection], R], /
    ) -> Callable[[Hooked, Hooked | None, Connection], R]: ...
    @overload
    def __call__(
        self, function: Callable[[Hooked, Hooked | None], R], /
    ) -> Callable[[Hooked, Hooked | None], R]: ...
    @overload
    def __call__(self, function: Callable[[Hooked], R], /) -> Callable[[Hooked], R]: ...
    def __call__(self, function: Callable[..., R], /) -> Callable[..., R]:
        """Register *function* and return it."""
        ...


class DeleteHook(Protocol[Hooked]):
    """Takes a function of the record and, if it wants one, a connection."""

    @overload
    def __call__(
        self, function: Callable[[Hooked, Connection], R], /
    ) -> Callable[[Hooked, Connection], R]: ...
    @overload
    def __call__(self, function: Callable[[Hooked], R], /) -> Callable[[Hooked], R]: ...
    def __call__(self, function: Callable[..., R], /) -> Callable[..., R]:
        """Register *function* and return it."""
        ...


def wrap(function: Function, model: type[Record] | None, *, takes: int) -> HookRun:
    """Return what runs *function*, of at most *takes* arguments, on records.

    Without a *model* they are plain; only what is changed in place counts.
    """
    count = arity(function, takes)

    def run(
        record: Wire, original: Wire | None, connect: Callable[[], Connection]
    ) -> Wire:
        loaded = _load(model, record)
        given: list[object] = [loaded]
        if takes == 3:
            given.append(None if original is None else _load(model, original))
        if count == takes:
            given.append(connect())
        function(*given[:count])
        if isinstance(loaded, PlainRecord):
            return loaded.dump()
        return typed.dump(loaded, record)

    return run


def _load(model: type[Record] | None, wire: Wire) -> PlainRecord | Record:
    return PlainRecord.load(wire) if model is None else typed.load(model, wire)


def arity(function: Function, most: int) -> int:
    """Return how many of *most* arguments *function* takes.

    Raises:
        DeclarationError: it takes none, needs more, or is a coroutine function.
    """
    check_plain(function)
    needed = taken = 0
    for parameter in inspect.signature(function).parameters.values():
        match parameter.kind:
            case parameter.POSITIONAL_ONLY | parameter.POSITIONAL_OR_KEYWORD:
                taken += 1
                needed += parameter.default is parameter.empty
            case parameter.VAR_POSITIONAL:
                taken = most
            case parameter.KEYWORD_ONLY:
                needed += (most + 1) * (parameter.default is parameter.empty)
            case _:
                pass
    if not taken >= 1 or needed > most:
        names = ("record", "original", "db") if most == 3 else ("record", "db")
        msg = (
            f"{name_of(function)}{inspect.signature(function)} is no such hook: "
            f"it takes ({', '.join(names)}), or fewer of them"
        )
        raise DeclarationError(msg)
    return min(taken, most)


def check_plain(function: Function) -> None:
    """Raise DeclarationError if *function* is a coroutine function."""
    if inspect.iscoroutinefunction(function):
        msg = (
            f"{name_of(function)} is a coroutine function, which nothing awaits: "
            "write `def`; what is to run beside the request has async_=True"
        )
        raise DeclarationError(msg)

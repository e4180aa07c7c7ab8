"""Triggers: the decorators of hooks, for records of a class or of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, overload

import attrs

from skysyn.dialects.skygear.model import Record

from . import hooks, usage
from .names import free_name, name_of
from .registry import Hook

if TYPE_CHECKING:
    from collections.abc import Callable

    from .hooks import DeleteHook, SaveHook
    from .records import PlainRecord
    from .registry import Registry, Trigger

M = TypeVar("M", bound=Record)
R = TypeVar("R")
_DECORATORS = {
    "beforeSave": "before_save",
    "afterSave": "after_save",
    "beforeDelete": "before_delete",
    "afterDelete": "after_delete",
}


class Owner(Protocol):
    """What hooks are registered with."""

    @property
    def registry(self) -> Registry:
        """Where they are kept."""
        ...


@attrs.frozen
class SaveTrigger:
    """A decorator of functions that run when records are saved."""

    owner: Owner
    trigger: Trigger

    @overload
    def __call__(
        self, of: type[M], *, name: str | None = None, async_: bool | None = None
    ) -> SaveHook[M]: ...
    @overload
    def __call__(
        self, of: str, *, name: str | None = None, async_: bool | None = None
    ) -> SaveHook[PlainRecord]: ...
    def __call__(
        self,
        of: type[M] | str,
        *,
        name: str | None = None,
        async_: bool | None = None,
    ) -> SaveHook[M] | SaveHook[PlainRecord]:
        """Run the function for records of this class, or of the type of this name."""
        return _register(self, of, name, async_, takes=3)


@attrs.frozen
class DeleteTrigger:
    """A decorator of functions that run when records are deleted."""

    owner: Owner
    trigger: Trigger

    @overload
    def __call__(
        self, of: type[M], *, name: str | None = None, async_: bool | None = None
    ) -> DeleteHook[M]: ...
    @overload
    def __call__(
        self, of: str, *, name: str | None = None, async_: bool | None = None
    ) -> DeleteHook[PlainRecord]: ...
    def __call__(
        self,
        of: type[M] | str,
        *,
        name: str | None = None,
        async_: bool | None = None,
    ) -> DeleteHook[M] | DeleteHook[PlainRecord]:
        """Run the function for records of this class, or of the type of this name."""
        return _register(self, of, name, async_, takes=2)


def _register(
    how: SaveTrigger | DeleteTrigger,
    of: type[Record] | str,
    name: str | None,
    is_async: bool | None,
    *,
    takes: int,
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    usage.check_type(of, _DECORATORS[how.trigger])
    model = None if isinstance(of, str) else of
    record_type = of if isinstance(of, str) else of.__collection__

    def register(function: Callable[..., R], /) -> Callable[..., R]:
        run = hooks.wrap(function, model, takes=takes)
        known = how.owner.registry.hooks
        known_as = name or free_name(name_of(function), known)
        known[known_as] = Hook(known_as, how.trigger, record_type, run, is_async)
        return function

    return register

"""Registry: what an app offers, and how it is said to a server (protocol §20.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import attrs

from skysyn.models import JSON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .assets import Loader
    from .messages import Request

Trigger = Literal["beforeSave", "afterSave", "beforeDelete", "afterDelete"]
TRIGGERS: tuple[Trigger, ...] = (
    "beforeSave",
    "afterSave",
    "beforeDelete",
    "afterDelete",
)
Wire = dict[str, JSON]

OpRun = Callable[[JSON], JSON]
"""Takes the arguments and returns the result, both as they travel."""
HandlerRun = Callable[["Request"], object]
HookRun = Callable[[Wire, Wire | None, Callable[[], "Connection"]], Wire]
"""Takes a record, the stored one, and what opens a connection; returns the record."""
ExceptionHandler = Callable[[BaseException], object]
Login = Callable[[Mapping[str, JSON]], JSON]


@attrs.frozen
class Op:
    """A function that clients call by its name."""

    name: str
    run: OpRun
    key_required: bool = False
    user_required: bool = False

    def dump(self) -> Wire:
        """Return what a server is told."""
        return {
            "name": self.name,
            "key_required": self.key_required,
            "user_required": self.user_required,
        }


@attrs.frozen
class Handler:
    """A function that answers one HTTP method of a path."""

    name: str
    method: str
    run: HandlerRun
    key_required: bool = False
    user_required: bool = False

    def dump(self) -> Wire:
        """Return what a server is told."""
        return {
            "name": self.name,
            "methods": [self.method],
            "key_required": self.key_required,
            "user_required": self.user_required,
        }


@attrs.frozen
class Hook:
    """A function that runs before or after records of a type are saved or deleted."""

    name: str
    trigger: str
    record_type: str
    run: HookRun
    is_async: bool | None = None
    extra: Mapping[str, JSON] = attrs.field(factory=dict[str, JSON])

    def dump(self) -> Wire:
        """Return what a server is told."""
        said: Wire = {
            **self.extra,
            "type": self.record_type,
            "trigger": self.trigger,
            "name": self.name,
        }
        return said if self.is_async is None else {**said, "async": self.is_async}


@attrs.frozen
class Timer:
    """A function that runs when *spec* says."""

    name: str
    spec: str
    run: Callable[[], object]

    def dump(self) -> Wire:
        """Return what a server is told."""
        return {"spec": self.spec, "name": self.name}


@attrs.frozen
class Provider:
    """What knows the users of another service."""

    id: str
    login: Login

    def dump(self) -> Wire:
        """Return what a server is told."""
        return {"type": "auth", "id": self.id, "name": self.id}


@attrs.define
class Registry:
    """Everything that one app offers, in the order it was registered."""

    ops: dict[str, Op] = attrs.field(factory=dict[str, Op])
    handlers: dict[tuple[str, str], Handler] = attrs.field(
        factory=dict[tuple[str, str], Handler]
    )
    hooks: dict[str, Hook] = attrs.field(factory=dict[str, Hook])
    timers: dict[str, Timer] = attrs.field(factory=dict[str, Timer])
    providers: dict[str, Provider] = attrs.field(factory=dict[str, Provider])
    events: dict[str, list[Callable[..., object]]] = attrs.field(
        factory=dict[str, list[Callable[..., object]]]
    )
    assets: dict[str, Callable[[], Loader | str]] = attrs.field(
        factory=dict[str, Callable[[], "Loader | str"]]
    )
    exception_handlers: dict[type[BaseException], ExceptionHandler] = attrs.field(
        factory=dict[type[BaseException], ExceptionHandler]
    )

    def dump(self) -> Wire:
        """Return the registration, the answer to a server's `init`."""
        names = ["init", *(name for name in self.events if name != "init")]
        return {
            "op": [op.dump() for op in self.ops.values()],
            "handler": [handler.dump() for handler in self.handlers.values()],
            "hook": [hook.dump() for hook in self.hooks.values()],
            "timer": [timer.dump() for timer in self.timers.values()],
            "event": [{"name": name} for name in names],
            "provider": [provider.dump() for provider in self.providers.values()],
        }

"""Registration: what cloud code says it offers (protocol §20.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from skysyn.dialects.skygear import cron
from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from skysyn.models import JSON


class Op(msgspec.Struct, frozen=True):
    """A function that clients call."""

    name: str
    key_required: bool = False
    user_required: bool = False


class Handler(msgspec.Struct, frozen=True):
    """What answers HTTP requests to a path."""

    name: str
    methods: tuple[str, ...] = ()
    key_required: bool = False
    user_required: bool = False

    @property
    def path(self) -> str:
        """The path, which begins with a slash."""
        return "/" + self.name.replace(":", "/").lstrip("/")


class Hook(msgspec.Struct, frozen=True):
    """What runs before or after records of a type are saved or deleted."""

    type: str
    trigger: str
    name: str
    is_async: bool = msgspec.field(name="async", default=False)


class Timer(msgspec.Struct, frozen=True):
    """What runs again and again."""

    name: str
    spec: str


class Provider(msgspec.Struct, frozen=True):
    """What knows the users of another service."""

    id: str
    type: str = "auth"


class Registration(msgspec.Struct, frozen=True):
    """Everything that cloud code offers."""

    op: tuple[Op, ...] = ()
    handler: tuple[Handler, ...] = ()
    hook: tuple[Hook, ...] = ()
    timer: tuple[Timer, ...] = ()
    provider: tuple[Provider, ...] = ()

    def hooks(
        self, record_type: str, trigger: str, *, is_async: bool = False
    ) -> list[str]:
        """Return the names of the hooks of *record_type* at *trigger*, in order."""
        return [
            hook.name
            for hook in self.hook
            if (hook.type, hook.trigger, hook.is_async)
            == (record_type, trigger, is_async)
        ]


def load(said: JSON) -> Registration:
    """Return the registration that *said* is.

    Raises:
        DeclarationError: it is none, or a timer has no schedule.
    """
    try:
        found = msgspec.convert({} if said is None else said, Registration)
    except msgspec.ValidationError as error:
        msg = f"the cloud code does not say what it offers: {error}"
        raise DeclarationError(msg) from error
    for timer in found.timer:
        cron.parse(timer.spec)
    return found

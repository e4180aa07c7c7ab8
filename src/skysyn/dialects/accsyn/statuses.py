"""Statuses and roles: open enums, whose members say if they may be written."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, Self

from skysyn.errors import ConversionError


class Status(StrEnum):
    """A status; the service sets those that are not `is_writable`."""

    def __new__(cls, value: str, is_writable: bool = True) -> Self:  # noqa: D102  # an enum's
        member = str.__new__(cls, value)
        member._value_ = value
        member._is_writable = is_writable  # type: ignore[attr-defined]  # see below
        return member

    @property
    def is_writable(self) -> bool:
        """Whether a client may set it; one that the service added later may be."""
        return bool(getattr(self, "_is_writable", True))


class JobStatus(Status):
    """The status of transfers, compute jobs, deliveries, requests and streams."""

    INIT = "init", False
    PENDING = "pending"
    WAITING = "waiting"
    RUNNING = "running", False
    PAUSED = "paused"
    FAILED = "failed", False
    ABORTED = "aborted"
    DONE = "done"


class QueueStatus(Status):
    """The status of a queue: `waiting` means that it is at work."""

    WAITING = "waiting"
    PAUSED = "paused"


class TaskStatus(Status):
    """The status of a task; `excluded` is how one is deleted, `queued` retries."""

    PENDING = "pending", False
    QUEUED = "queued"
    BOOTING = "booting", False
    EXECUTING = "executing", False
    FAILED = "failed"
    ON_HOLD = "onhold"
    EXCLUDED = "excluded"
    DONE = "done"


class Availability(Status):
    """The status of users, shares, sites and engines."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    OFFLINE = "offline", False
    DISABLED_OFFLINE = "disabled-offline", False


class ClientStatus(Status):
    """The status of a client; write `online` or `enabled` to enable it again."""

    INIT = "init", False
    ONLINE = "online"
    ENABLED = "enabled"
    OFFLINE = "offline", False
    DISABLED = "disabled"
    DISABLED_OFFLINE = "disabled-offline", False


class Role(Status):
    """What a user may do."""

    ADMIN = "admin"
    EMPLOYEE = "employee"
    STANDARD = "standard"


class ClientType(IntEnum):
    """What kind of client it is."""

    APP = 0
    SERVER = 1
    USER_SERVER = 2
    BROWSER = 3
    LANE = 4
    VPX = 5


FINISHED = frozenset({JobStatus.DONE, JobStatus.ABORTED, JobStatus.FAILED})
"""Where a job stays until someone does something about it."""


def writable(instance: object, attribute: Any, value: object) -> None:
    """Raise ConversionError if *value* is a status that only the service sets."""
    if isinstance(value, Status) and not value.is_writable:
        model, name = type(instance).__name__, str(attribute.name)
        allowed = ", ".join(s.value for s in type(value) if s.is_writable)
        msg = f"{model}.{name}: only the service sets {value}; write one of {allowed}"
        raise ConversionError(msg, model=model, field=name, value=value)


def priority(instance: object, attribute: Any, value: object) -> None:
    """Raise ConversionError if *value* is no priority: 0 to 1000."""
    if isinstance(value, int) and not 0 <= value <= 1000:
        model, name = type(instance).__name__, str(attribute.name)
        msg = f"{model}.{name}: a priority is 0 to 1000, not {value}"
        raise ConversionError(msg, model=model, field=name, value=value)

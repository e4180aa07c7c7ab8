"""Contracts: what the accsyn server needs of the life of jobs and of files.

The store keeps rows; these decide what becomes of them, and hold no state of their
own. A row is a dict of stored attributes by wire name: dates are aware `datetime`,
everything else is plain JSON. Jobs have `id`, `_kind` (transfer, delivery …), `status`,
`size`, `progress`, `speed`, `etr`, `finished`, `source`, `destination`, `parent`,
`created`, `settings`, `_spec` (what was given at creation) and `_life` (whatever the
life keeps, as JSON). Tasks have `id`, `uri`, `job`, `status`, `size`, `priority`,
`source` and `destination` (party dicts), `created`, `finished`, `time` and `_life`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from skysyn.models import JSON

    from .copying import Way
    from .paths import Names
    from .walking import Ground


def _nothing() -> Mapping[str, object]:
    return {}


def _no_tasks() -> Mapping[str, Mapping[str, object]]:
    return {}


def _no_settings() -> Mapping[str, str]:
    return {}


@attrs.frozen
class Changes:
    """What becomes of a job and of its tasks, by task id; empty where nothing does."""

    job: Mapping[str, object] = attrs.field(factory=_nothing)
    tasks: Mapping[str, Mapping[str, object]] = attrs.field(factory=_no_tasks)


@attrs.frozen
class Scene:
    """One job with its tasks at one moment; *recipients* are those of a delivery."""

    job: Mapping[str, object]
    tasks: Sequence[Mapping[str, object]]
    now: datetime
    recipients: int = 0
    uploads: int = 0
    """How many transfers into this delivery or request are done."""
    uploaded: int = 0
    """How many bytes they brought."""
    acted: int = 0
    """How many of the recipients have done what they were asked for."""
    priority: int = 500
    """That of the job's queue."""
    is_blocked: bool = False
    """Whether the job's queue is paused."""
    settings: Mapping[str, str] = attrs.field(factory=_no_settings)
    """Those that the job has from its queue and workspace; its own come first."""


class Life(Protocol):
    """The states of jobs and tasks over time."""

    def begin(self, scene: Scene) -> Changes:
        """Return what a job that was just stored, or got new tasks, starts as."""
        ...

    def advance(self, scenes: Sequence[Scene]) -> Sequence[Changes]:
        """Return what time has done to all jobs that move, in their order."""
        ...

    def land(self, scene: Scene, landed: Mapping[str, str | None]) -> Changes:
        """Return what becomes of tasks whose files have arrived, or why not."""
        ...

    def order(self, scene: Scene, status: str) -> Changes:
        """Return what writing *status* to the job does.

        Raises:
            RemoteError: it may not be written now.
        """
        ...

    def order_task(self, scene: Scene, task: str, status: str) -> Changes:
        """Return what writing *status* to the task with the id *task* does.

        Raises:
            RemoteError: it may not be written now.
        """
        ...


@attrs.frozen
class Grant:
    """What the caller may do below *path* of a share."""

    path: str
    read: bool
    write: bool


@attrs.frozen
class Spot:
    """A share as file operations see it: *folder* below the root of *volume*.

    *volume* is the code of the volume whose real folder the server was given; grants
    are None if everything is allowed.
    """

    id: str
    kind: str
    volume: str
    folder: str
    grants: Sequence[Grant] | None = None


@attrs.frozen
class Listed:
    """A path that a collection or delivery lists, and the rights it is read by.

    They are those of who listed it, so that others see it there.
    """

    path: str
    places: Places


class Places(Protocol):
    """Where shares are, as one caller sees them."""

    def spot(self, kind: str, name: str) -> Spot | None:
        """Return the share that `kind=name` names; None if there is none to see.

        *kind* `share` is any; the name is a code, an id or `(default)`.
        """
        ...

    def contents(self, kind: str, name: str) -> Sequence[Listed] | None:
        """Return what a collection or delivery lists; None if there is none to see."""
        ...

    def home(self) -> Spot | None:
        """Return the caller's own home, which `~` stands for."""
        ...


class FileOperations(Protocol):
    """The operations of `workspace/file` on real folders."""

    def run(self, data: Mapping[str, JSON], places: Places) -> JSON:
        """Do `data["op"]` and return the result.

        Raises:
            RemoteError: it cannot be done, or is not allowed.
        """
        ...

    def size(self, path: str, places: Places) -> int | None:
        """Return the bytes at *path*; None if nothing is there (a missing source)."""
        ...

    def names(self, text: str, places: Places) -> list[str]:
        """Return what a collection or delivery has, as far as it is here."""
        ...

    def found(self, volume: str, path: str) -> None:
        """Make the folder of a new share, if its volume is here."""
        ...

    def locate(self, path: str, places: Places) -> tuple[Ground, Names] | None:
        """Return where a path that may be changed is; None if it is not here."""
        ...

    def ways(self, source: str, places: Places, end: Listed) -> Sequence[Way] | None:
        """Return what to copy to an *end*; None unless both are folders here.

        Raises:
            RemoteError: it is not there, or is not allowed.
        """
        ...

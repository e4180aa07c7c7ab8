"""The entities of accsyn: what a workspace has, attribute by attribute.

`ReadOnly` attributes are set by the service, or once at creation through the classes
of `creation`; the others may be assigned and saved. What may have no value is `None`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from skysyn.models import JSON, Field, ReadOnly, Ref, field

from . import waiting
from .model import Entity
from .parties import Party, parse_party
from .statuses import (
    FINISHED,
    Availability,
    JobStatus,
    QueueStatus,
    Role,
    TaskStatus,
    priority,
    writable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from skysyn.transport import Clock


class Common(Entity, abstract=True):
    """What nearly every entity has."""

    description: Field[str | None] = field(default=None)
    metadata: Field[dict[str, JSON] | None] = field(default=None)
    """`{"internal": {…}, "external": {…}}`; standard users see the external part."""
    status_hr: ReadOnly[str | None]
    created: ReadOnly[datetime | None]
    creator: ReadOnly[str | None]
    modified: ReadOnly[datetime | None]
    modifier: ReadOnly[str | None]


class User(Common):
    """A member of the workspace; invite one with `Invitation`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(Invitation(…))"}

    code: ReadOnly[str | None]
    """The email address."""
    name: ReadOnly[str | None]
    """What the user chose when signing up."""
    role: Field[Role | None] = field(default=None)
    """Changing it revokes all access."""
    status: Field[Availability | None] = field(default=None, validator=writable)
    queue: Field[Ref[Queue] | None] = field(default=None)
    logged_in: ReadOnly[datetime | None]
    phase: ReadOnly[str | None]
    inactive: ReadOnly[bool | None]


class Workspace(Common):
    """The workspace itself: what global settings belong to."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "accsyn's web pages",
        "delete": "accsyn's web pages",
    }

    code: ReadOnly[str | None]
    name: Field[str | None] = field(default=None)


class AnyJob(Common, type="job"):
    """What queues, transfers, deliveries and all other jobs have."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewTransfer(…))"}

    code: Field[str | None] = field(default=None)
    name: Field[str | None] = field(default=None)
    user: ReadOnly[Ref[User] | None]
    """The owner."""
    user_hr: ReadOnly[str | None]
    parent: ReadOnly[Ref[AnyJob] | None]
    """The queue, delivery, request or stream that it belongs to."""
    parent_hr: ReadOnly[str | None]
    uri: ReadOnly[str | None]
    """Its place in the tree of queues."""


class Queue(AnyJob):
    """A queue of jobs; make one with `Queue(name=…, priority=…).save()`."""

    __denied__: ClassVar[dict[str, str]] = {}

    status: Field[QueueStatus | None] = field(default=None, validator=writable)
    priority: Field[int | None] = field(default=None, validator=priority)
    """0 to 1000; higher comes first."""
    default: Field[bool | None] = field(default=None)
    """New jobs land in this one; exactly one queue is it."""
    compute_default: Field[bool | None] = field(default=None)


class Job(AnyJob, type="job"):
    """A transfer by its older name; see `Transfer`."""

    status: Field[JobStatus | None] = field(default=None, validator=writable)
    """Write `waiting` to resume or retry, `paused`, `aborted` …"""
    queue: Field[Ref[Queue] | None] = field(default=None)
    settings: Field[dict[str, str] | None] = field(default=None)
    source: ReadOnly[str | None]
    source_hr: ReadOnly[str | None]
    destination: ReadOnly[str | None]
    destination_hr: ReadOnly[str | None]
    size: ReadOnly[int | None]
    """Bytes of what is not excluded; -1, 0 or None while unknown."""
    progress: ReadOnly[int | None]
    """Percent done."""
    speed: ReadOnly[float | None]
    """Megabytes a second; -1 when idle."""
    etr: ReadOnly[str | None]
    """The time left, as text; empty when idle."""
    finished: ReadOnly[datetime | None]

    @property
    def source_party(self) -> Party | None:
        """Who sends, as `<type>:<id>`."""
        return parse_party(self.source)

    @property
    def destination_party(self) -> Party | None:
        """Who receives, as `<type>:<id>`."""
        return parse_party(self.destination)

    def wait(
        self,
        until: Container[JobStatus | None] = FINISHED,
        *,
        timeout: float | None = None,
        progress: Callable[[Self], object] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Read this job again and again until its status is one of *until*.

        *progress* is called with the job after each look.

        Raises:
            TimedOut: *timeout* seconds passed before.
        """

        def look() -> JobStatus | None:
            self.refresh()
            if progress is not None:
                progress(self)
            return self.status

        waiting.wait(look, until, timeout=timeout, clock=clock)
        return self


class Transfer(Job):
    """A transfer of files between two parties; make one with `NewTransfer`."""


class Compute(Job):
    """A render or other computation; make one with `NewCompute`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewCompute(…))"}

    engine: ReadOnly[Ref[Engine] | None]
    engine_hr: ReadOnly[str | None]


class _Shared(Job, abstract=True):
    """What jobs with recipients have."""

    public: Field[bool | None] = field(default=None)
    """Whether anyone with the link may take part after logging in."""


class Delivery(_Shared):
    """Files for recipients; make one with `NewDelivery`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewDelivery(…))"}


class Request(_Shared):
    """A request for files; make one with `NewRequest`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewRequest(…))"}


class Stream(_Shared):
    """Media for recipients to watch; make one with `NewStream`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewStream(…))"}


class Task(Entity):
    """A part of a job: find with `Task.query().parent(job)`."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "session.add_tasks(job, NewTask(…))",
        "delete": "the status TaskStatus.EXCLUDED",
    }

    uri: ReadOnly[str | None]
    """Its name within the job: `0`, `1` … or the key it was created with."""
    job: ReadOnly[Ref[AnyJob] | None]
    job_hr: ReadOnly[str | None]
    status: Field[TaskStatus | None] = field(default=None, validator=writable)
    priority: Field[int | None] = field(default=None, validator=priority)
    metadata: Field[dict[str, JSON] | None] = field(default=None)
    size: ReadOnly[int | None]
    source: ReadOnly[dict[str, JSON] | None]
    """`client`, `path`, `path_abs_final`, volume `v`, share `s`, `user`, `site`."""
    destination: ReadOnly[dict[str, JSON] | None]
    created: ReadOnly[datetime | None]
    finished: ReadOnly[datetime | None]
    time: ReadOnly[int | None]
    """Milliseconds that the bucket it ran in took."""


class Share(Common):
    """What volumes, folders, homes and collections have: storage by a name."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewFolder(…))"}

    code: Field[str | None] = field(default=None)
    """Unique among all shares."""
    name: Field[str | None] = field(default=None)
    status: Field[Availability | None] = field(default=None, validator=writable)
    email: Field[str | None] = field(default=None)
    """More addresses to notify."""
    queue: Field[Ref[Queue] | None] = field(default=None)
    path: ReadOnly[str | None]
    """Of a volume where it is mounted; of the others where below the volume."""
    inactive: ReadOnly[bool | None]


class Volume(Share):
    """Storage on a server; make one with `NewVolume`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewVolume(…))"}

    type: ReadOnly[str | None]
    paths: Field[dict[str, str] | None] = field(default=None)
    """Where it is mounted, by `windows`, `linux`, `mac`, `windows_vpn` …"""
    default: Field[bool | None] = field(default=None)
    """Homes and temporary deliveries live on this one."""
    licensed: ReadOnly[bool | None]


class _Below(Share, abstract=True):
    """What shares below a volume have."""

    parent: ReadOnly[Ref[Volume] | None]
    parent_hr: ReadOnly[str | None]


class Folder(_Below):
    """A shared folder of a volume; make one with `NewFolder`."""


class Home(_Below):
    """A user's own folder; make one with `NewHome`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewHome(…))"}

    user: ReadOnly[Ref[User] | None]


class Collection(Share):
    """Files from several shares; make one with `NewCollection`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewCollection(…))"}


class File(Entity):
    """A file of a collection: find with `File.query().parent(collection)`."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "session.add_files(collection, …)",
        "update": "nothing: a file has no attributes to change",
        "delete": "session.remove_files(collection, …)",
    }

    path: ReadOnly[str | None]
    filename: ReadOnly[str | None]
    size: ReadOnly[int | None]
    is_dir: ReadOnly[bool | None]


class Acl(Entity):
    """What a user may do with a share; see `session.access`."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "session.access.grant(user, share)",
        "update": "session.access.grant(user, share)",
        "delete": "session.access.revoke(user, share)",
    }

    entity: ReadOnly[str | None]
    """Who, as `user:<id>`, or `user:<email>` while invited."""
    entity_hr: ReadOnly[str | None]
    target: ReadOnly[str | None]
    """What, as `share:<id>`."""
    target_hr: ReadOnly[str | None]
    path: ReadOnly[str | None]
    """Below the share."""
    read: ReadOnly[bool | None]
    write: ReadOnly[bool | None]
    role: ReadOnly[str | None]
    acknowledged: ReadOnly[bool | None]
    status: ReadOnly[str | None]
    description: ReadOnly[str | None]
    created: ReadOnly[datetime | None]
    creator: ReadOnly[str | None]

    @property
    def entity_party(self) -> Party | None:
        """Who, as `<type>:<id>`."""
        return parse_party(self.entity)

    @property
    def target_party(self) -> Party | None:
        """What, as `<type>:<id>`."""
        return parse_party(self.target)


class Site(Common):
    """A place with servers; make one with `Site(name=…).save()`."""

    code: Field[str | None] = field(default=None)
    name: Field[str | None] = field(default=None)
    status: Field[Availability | None] = field(default=None, validator=writable)
    main: ReadOnly[bool | None]
    accsyn: ReadOnly[bool | None]
    """Whether accsyn hosts it."""


class Engine(Common):
    """What computes, or a built-in worker."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "accsyn's web pages",
        "delete": "accsyn's web pages",
    }

    code: ReadOnly[str | None]
    name: ReadOnly[str | None]
    status: Field[Availability | None] = field(default=None, validator=writable)
    type: ReadOnly[str | None]
    vendor: ReadOnly[str | None]
    color: ReadOnly[str | None]
    version: ReadOnly[str | None]
    revision: ReadOnly[str | None]
    published: ReadOnly[datetime | None]

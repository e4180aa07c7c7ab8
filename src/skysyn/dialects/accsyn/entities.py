"""The entities of accsyn: what a workspace has, attribute by attribute.

`ReadOnly` attributes are set by the service, or once at creation through the classes
of `creation`; the others may be assigned and saved. What may have no value is `None`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from skysyn.models import JSON, Field, ReadOnly, Ref, field, readonly

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
    status_hr: ReadOnly[str | None] = readonly()
    created: ReadOnly[datetime | None] = readonly()
    creator: ReadOnly[str | None] = readonly()
    modified: ReadOnly[datetime | None] = readonly()
    modifier: ReadOnly[str | None] = readonly()


class User(Common):
    """A member of the workspace; invite one with `Invitation`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(Invitation(…))"}

    code: ReadOnly[str | None] = readonly()
    """The email address."""
    name: ReadOnly[str | None] = readonly()
    """What the user chose when signing up."""
    role: Field[Role | None] = field(default=None)
    """Changing it revokes all access."""
    status: Field[Availability | None] = field(default=None, validator=writable)
    queue: Field[Ref[Queue] | None] = field(default=None)
    logged_in: ReadOnly[datetime | None] = readonly()
    phase: ReadOnly[str | None] = readonly()
    inactive: ReadOnly[bool | None] = readonly()


class Workspace(Common):
    """The workspace itself: what global settings belong to."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "accsyn's web pages",
        "delete": "accsyn's web pages",
    }

    code: ReadOnly[str | None] = readonly()
    name: Field[str | None] = field(default=None)


class AnyJob(Common, type="job"):
    """What queues, transfers, deliveries and all other jobs have."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewTransfer(…))"}

    code: Field[str | None] = field(default=None)
    name: Field[str | None] = field(default=None)
    user: ReadOnly[Ref[User] | None] = readonly()
    """The owner."""
    user_hr: ReadOnly[str | None] = readonly()
    parent: ReadOnly[Ref[AnyJob] | None] = readonly()
    """The queue, delivery, request or stream that it belongs to."""
    parent_hr: ReadOnly[str | None] = readonly()
    uri: ReadOnly[str | None] = readonly()
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
    source: ReadOnly[str | None] = readonly()
    source_hr: ReadOnly[str | None] = readonly()
    destination: ReadOnly[str | None] = readonly()
    destination_hr: ReadOnly[str | None] = readonly()
    size: ReadOnly[int | None] = readonly()
    """Bytes of what is not excluded; -1, 0 or None while unknown."""
    progress: ReadOnly[int | None] = readonly()
    """Percent done."""
    speed: ReadOnly[float | None] = readonly()
    """Megabytes a second; -1 when idle."""
    etr: ReadOnly[str | None] = readonly()
    """The time left, as text; empty when idle."""
    finished: ReadOnly[datetime | None] = readonly()

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

    engine: ReadOnly[Ref[Engine] | None] = readonly()
    engine_hr: ReadOnly[str | None] = readonly()


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

    uri: ReadOnly[str | None] = readonly()
    """Its name within the job: `0`, `1` … or the key it was created with."""
    job: ReadOnly[Ref[AnyJob] | None] = readonly()
    job_hr: ReadOnly[str | None] = readonly()
    status: Field[TaskStatus | None] = field(default=None, validator=writable)
    priority: Field[int | None] = field(default=None, validator=priority)
    metadata: Field[dict[str, JSON] | None] = field(default=None)
    size: ReadOnly[int | None] = readonly()
    source: ReadOnly[dict[str, JSON] | None] = readonly()
    """`client`, `path`, `path_abs_final`, volume `v`, share `s`, `user`, `site`."""
    destination: ReadOnly[dict[str, JSON] | None] = readonly()
    created: ReadOnly[datetime | None] = readonly()
    finished: ReadOnly[datetime | None] = readonly()
    time: ReadOnly[int | None] = readonly()
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
    path: ReadOnly[str | None] = readonly()
    """Of a volume where it is mounted; of the others where below the volume."""
    inactive: ReadOnly[bool | None] = readonly()


class Volume(Share):
    """Storage on a server; make one with `NewVolume`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewVolume(…))"}

    type: ReadOnly[str | None] = readonly()
    paths: Field[dict[str, str] | None] = field(default=None)
    """Where it is mounted, by `windows`, `linux`, `mac`, `windows_vpn` …"""
    default: Field[bool | None] = field(default=None)
    """Homes and temporary deliveries live on this one."""
    licensed: ReadOnly[bool | None] = readonly()


class _Below(Share, abstract=True):
    """What shares below a volume have."""

    parent: ReadOnly[Ref[Volume] | None] = readonly()
    parent_hr: ReadOnly[str | None] = readonly()


class Folder(_Below):
    """A shared folder of a volume; make one with `NewFolder`."""


class Home(_Below):
    """A user's own folder; make one with `NewHome`."""

    __denied__: ClassVar[dict[str, str]] = {"create": "create(NewHome(…))"}

    user: ReadOnly[Ref[User] | None] = readonly()


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

    path: ReadOnly[str | None] = readonly()
    filename: ReadOnly[str | None] = readonly()
    size: ReadOnly[int | None] = readonly()
    is_dir: ReadOnly[bool | None] = readonly()


class Acl(Entity):
    """What a user may do with a share; see `session.access`."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "session.access.grant(user, share)",
        "update": "session.access.grant(user, share)",
        "delete": "session.access.revoke(user, share)",
    }

    entity: ReadOnly[str | None] = readonly()
    """Who, as `user:<id>`, or `user:<email>` while invited."""
    entity_hr: ReadOnly[str | None] = readonly()
    target: ReadOnly[str | None] = readonly()
    """What, as `share:<id>`."""
    target_hr: ReadOnly[str | None] = readonly()
    path: ReadOnly[str | None] = readonly()
    """Below the share."""
    read: ReadOnly[bool | None] = readonly()
    write: ReadOnly[bool | None] = readonly()
    role: ReadOnly[str | None] = readonly()
    acknowledged: ReadOnly[bool | None] = readonly()
    status: ReadOnly[str | None] = readonly()
    description: ReadOnly[str | None] = readonly()
    created: ReadOnly[datetime | None] = readonly()
    creator: ReadOnly[str | None] = readonly()

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
    main: ReadOnly[bool | None] = readonly()
    accsyn: ReadOnly[bool | None] = readonly()
    """Whether accsyn hosts it."""


class Engine(Common):
    """What computes, or a built-in worker."""

    __denied__: ClassVar[dict[str, str]] = {
        "create": "accsyn's web pages",
        "delete": "accsyn's web pages",
    }

    code: ReadOnly[str | None] = readonly()
    name: ReadOnly[str | None] = readonly()
    status: Field[Availability | None] = field(default=None, validator=writable)
    type: ReadOnly[str | None] = readonly()
    vendor: ReadOnly[str | None] = readonly()
    color: ReadOnly[str | None] = readonly()
    version: ReadOnly[str | None] = readonly()
    revision: ReadOnly[str | None] = readonly()
    published: ReadOnly[datetime | None] = readonly()

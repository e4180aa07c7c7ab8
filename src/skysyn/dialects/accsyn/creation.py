"""Creation: what the service is told when something is made, attribute by attribute.

Hand one to `session.create()`. What is left out is not sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar, cast

import attrs

from skysyn.errors import ConversionError
from skysyn.models import JSON, Ref

from . import values
from .entities import (
    AnyJob,
    Collection,
    Compute,
    Delivery,
    Engine,
    Folder,
    Home,
    Queue,
    Request,
    Stream,
    Transfer,
    User,
    Volume,
)
from .model import Entity
from .places import Place
from .statuses import JobStatus, Role, TaskStatus

if TYPE_CHECKING:
    from attrs import Attribute

E = TypeVar("E", bound=Entity)

Where: TypeAlias = Place | str
Data: TypeAlias = Mapping[str, JSON]
Texts: TypeAlias = Mapping[str, str]


def _refuse(new: object, name: str, message: str, value: object) -> ConversionError:
    model = type(new).__name__
    return ConversionError(
        f"{model}.{name}: {message}", model=model, field=name, value=value
    )


def _place(new: object, attribute: Attribute[Any], value: Where | None) -> None:
    if value is None:
        return
    try:
        _parsed(value)
    except ConversionError as error:
        raise _refuse(new, attribute.name, str(error), value) from error


def _parsed(value: object) -> Place:
    if isinstance(value, (Place, str)):
        return value if isinstance(value, Place) else Place.parse(value)
    msg = f"{value!r:.80} is no place: write a text or Place.on(…)"
    raise ConversionError(msg, value=value)


def _several(new: object, attribute: Attribute[Any], value: object) -> None:
    """Raise ConversionError unless *value* holds items; letters of text are none."""
    if value is not None and (isinstance(value, str) or not _holds_items(value)):
        msg = f"it holds several: write [{value!r:.80}]"
        raise _refuse(new, attribute.name, msg, value)


def _holds_items(value: object) -> bool:
    return isinstance(value, (Sequence, Mapping, NewTask))


def _is_dict(value: object) -> bool:
    return isinstance(value, Mapping)


def _texts(new: object, attribute: Attribute[Any], value: object) -> None:
    if value is None:
        return
    if not _is_dict(value):
        msg = f"it is a dict of texts, not {value!r:.80}"
        raise _refuse(new, attribute.name, msg, value)
    for key, text in cast("Mapping[str, object]", value).items():
        if not isinstance(text, str):
            msg = f"the setting {key!r} is text, not {text!r}"
            raise _refuse(new, attribute.name, msg, value)


def _startable(new: object, attribute: Attribute[Any], value: JobStatus | None) -> None:
    if value not in {None, JobStatus.WAITING, JobStatus.PAUSED}:
        msg = f"a job starts as waiting or paused, not {value}"
        raise _refuse(new, attribute.name, msg, value)


def _sendable(new: object, attribute: Attribute[Any], value: JobStatus | None) -> None:
    if value not in {None, JobStatus.INIT, JobStatus.PENDING, JobStatus.WAITING}:
        msg = f"it starts as init, pending or waiting, not {value}"
        raise _refuse(new, attribute.name, msg, value)


def _priority(new: object, attribute: Attribute[Any], value: int | None) -> None:
    if value is not None and not (isinstance(value, int) and 0 <= value <= 1000):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may have no checker
        msg = f"a priority is 0 to 1000, not {value!r}"
        raise _refuse(new, attribute.name, msg, value)


def _given(new: object, attribute: Attribute[Any], value: object) -> None:
    if not value:
        raise _refuse(new, attribute.name, "it must not be empty", value)


def _email(new: object, attribute: Attribute[Any], value: object) -> None:
    text = value if isinstance(value, str) else ""
    name, at, domain = text.partition("@")
    if not (name and at and domain) or any(c.isspace() for c in text):
        raise _refuse(new, attribute.name, f"{value!r} is no email address", value)


def _dump(new: object, name: str, value: object) -> JSON:
    """Return one value in its wire form; nested payloads and places too."""
    match value:
        case Payload():
            return value.dump()
        case Place():
            return str(value)
        case Mapping():
            members = cast("Mapping[str, object]", value)
            return {key: _dump(new, name, item) for key, item in members.items()}
        case Sequence() if not isinstance(value, str):
            items = cast("Sequence[object]", value)
            return [_dump(new, name, item) for item in items]
        case _:
            try:
                return values.dump(value)
            except ConversionError as error:
                raise _refuse(new, name, str(error), value) from error


@attrs.frozen(kw_only=True)
class Payload:
    """Attributes for something new; those that are None are not sent."""

    def dump(self) -> dict[str, JSON]:
        """Return the attributes that are given, in their wire form."""
        given = {
            attribute.name: getattr(self, attribute.name)
            for attribute in attrs.fields(type(self))
        }
        return {
            name: _dump(self, name, value)
            for name, value in given.items()
            if value is not None
        }


@attrs.frozen(kw_only=True)
class New(Payload, Generic[E]):
    """What an entity of type `entity` is made of."""

    entity: ClassVar[type[Entity]]

    @property
    def uri(self) -> str:
        """The operation that makes it."""
        return f"{self.entity.__collection__}/create"


@attrs.frozen(kw_only=True)
class NewTask(Payload):
    """A task of a new or existing job."""

    source: Where | None = attrs.field(default=None, validator=_place)
    destination: Where | None = attrs.field(default=None, validator=_place)
    status: TaskStatus | None = None
    priority: int | None = attrs.field(default=None, validator=_priority)
    settings: Texts | None = attrs.field(default=None, validator=_texts)
    metadata: Data | None = None
    id: str | None = None
    uri: str | None = None
    description: str | None = None
    tasks: Mapping[str, NewTask] | None = None
    """Nested tasks by their name."""
    deps: Sequence[str] | None = attrs.field(default=None, validator=_several)
    """Uri paths of the tasks to wait for, such as `a/b`."""
    compute: Data | None = None


def dump_tasks(tasks: Sequence[NewTask | Where]) -> JSON:
    """Return what is sent for new tasks of a job: a single described one by itself."""
    if len(tasks) == 1 and isinstance(tasks[0], NewTask):
        return tasks[0].dump()
    return _dump(tasks, "tasks", tasks)


Tasks: TypeAlias = Sequence[NewTask | Where] | Mapping[str, NewTask] | NewTask


@attrs.frozen(kw_only=True)
class _NewJob(New[E]):
    name: str | None = None
    queue: Ref[Queue] | str | None = None
    """Or the code or name of one."""
    settings: Texts | None = attrs.field(default=None, validator=_texts)
    metadata: Data | None = None
    description: str | None = None
    allow_duplicates: bool | None = None
    """False makes a task that is there already an error; else it is retried."""
    replace_duplicates: bool | None = None


@attrs.frozen(kw_only=True)
class NewTransfer(_NewJob[Transfer]):
    """A transfer: a *source* and *destination*, or *tasks*."""

    entity: ClassVar[type[Entity]] = Transfer

    source: Where | None = attrs.field(default=None, validator=_place)
    destination: Where | None = attrs.field(default=None, validator=_place)
    tasks: Tasks | None = attrs.field(default=None, validator=_several)
    parent: Ref[AnyJob] | str | None = None
    """The delivery, request or stream to send to or receive from."""
    status: JobStatus | None = attrs.field(default=None, validator=_startable)
    mirror_paths: bool | None = None
    append: bool | None = None
    """Add to the user's transfer of today between the same parties."""
    recipients: Sequence[Where] | None = attrs.field(default=None, validator=_several)
    hooks: Sequence[Data] | None = attrs.field(default=None, validator=_several)

    def __attrs_post_init__(self) -> None:
        if (
            not self.source
            and not self.tasks
            and not (self.parent and self.destination)
        ):
            raise _refuse(self, "source", "give a source, tasks or a parent", None)


@attrs.frozen(kw_only=True)
class NewCompute(_NewJob[Compute]):
    """A render or other computation by an engine."""

    entity: ClassVar[type[Entity]] = Compute

    engine: Ref[Engine] | str = attrs.field(validator=_given)
    input: Where | None = attrs.field(default=None, validator=_place)
    output: Where | None = attrs.field(default=None, validator=_place)
    range: str | None = None
    """`1001-1100`, `4`, `5-250x5`, or several with commas."""
    dependencies: Sequence[Where] | None = attrs.field(default=None, validator=_several)
    filters: str | None = None
    """Which machines: `ram:>32g,site:-berlin` …"""
    parameters: Data | None = None
    envs: Data | None = None
    tasks: Mapping[str, NewTask] | None = None
    status: JobStatus | None = attrs.field(default=None, validator=_startable)


@attrs.frozen(kw_only=True)
class _NewShared(_NewJob[E]):
    name: str = attrs.field(validator=_given)
    tasks: Sequence[NewTask | Where] | None = attrs.field(
        default=None, validator=_several
    )
    """Files to send: it is submitted at once."""
    recipients: Sequence[Ref[User] | str] | None = attrs.field(
        default=None, validator=_several
    )
    """Ids or emails; who is unknown is invited."""
    parent: Ref[AnyJob] | str | None = None
    status: JobStatus | None = attrs.field(default=None, validator=_sendable)


@attrs.frozen(kw_only=True)
class NewDelivery(_NewShared[Delivery]):
    """Files for recipients; without *tasks* send them with `NewTransfer(parent=…)`."""

    entity: ClassVar[type[Entity]] = Delivery


@attrs.frozen(kw_only=True)
class NewRequest(_NewShared[Request]):
    """A request for files, to be put into *destination*."""

    entity: ClassVar[type[Entity]] = Request

    destination: Where | None = attrs.field(default=None, validator=_place)


@attrs.frozen(kw_only=True)
class NewStream(_NewShared[Stream]):
    """Media for recipients to watch."""

    entity: ClassVar[type[Entity]] = Stream


@attrs.frozen(kw_only=True)
class Invitation(New[User]):
    """An invitation by email to become a user; it reactivates one who was."""

    entity: ClassVar[type[Entity]] = User

    code: str = attrs.field(validator=_email)
    """The email address."""
    role: Role | None = None
    queue: Ref[Queue] | None = None
    create_home_share: bool | None = None
    give_all_volumes_access: bool | None = None
    give_default_volume_access: bool | None = None
    volumes: Sequence[Ref[Volume]] | None = attrs.field(
        default=None, validator=_several
    )
    """What to give full access to."""
    mail: bool | None = None
    """False sends no email."""
    message: str | None = None
    description: str | None = None
    metadata: Data | None = None


@attrs.frozen(kw_only=True)
class _NewShare(New[E]):
    name: str | None = None
    code: str | None = None
    """Made of the name if it is left out."""
    description: str | None = None
    email: str | None = None
    queue: Ref[Queue] | None = None
    metadata: Data | None = None


@attrs.frozen(kw_only=True)
class NewVolume(_NewShare[Volume]):
    """Storage on a server."""

    entity: ClassVar[type[Entity]] = Volume

    name: str = attrs.field(validator=_given)
    paths: Texts | None = None
    """Where it is mounted, by `windows`, `linux`, `mac` …"""
    path: str | None = None
    server: Ref[Entity] | str | None = None
    """The server at the main site that has it."""
    siteservers: Sequence[Ref[Entity] | str] | None = attrs.field(
        default=None, validator=_several
    )


@attrs.frozen(kw_only=True)
class NewFolder(_NewShare[Folder]):
    """A shared folder at *path* of a volume, by default of the default one."""

    entity: ClassVar[type[Entity]] = Folder

    name: str = attrs.field(validator=_given)
    path: str | None = None
    parent: Ref[Volume] | str | None = None


@attrs.frozen(kw_only=True)
class NewHome(_NewShare[Home]):
    """A home for a user."""

    entity: ClassVar[type[Entity]] = Home

    user: Ref[User] | str = attrs.field(validator=_given)
    """Or the email of one."""
    path: str | None = None
    parent: Ref[Volume] | str | None = None


@attrs.frozen(kw_only=True)
class NewCollection(_NewShare[Collection]):
    """Files from several shares, by places below one, never absolute."""

    entity: ClassVar[type[Entity]] = Collection

    name: str = attrs.field(validator=_given)
    files: Sequence[Where] | None = attrs.field(default=None, validator=_several)

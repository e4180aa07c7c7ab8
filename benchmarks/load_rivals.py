"""The ways of loading that `load.py` compares, each as its own documentation has it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeAlias

import attrs
import cattrs
import msgspec
import orjson
import pydantic
from cattrs.gen import make_dict_structure_fn, override

from skysyn import JSON, Asset, Field, Location, Record, Ref, Skygear, connect
from skysyn.transport import MockTransport, Response

Load: TypeAlias = Callable[[bytes], list[Any]]
Read: TypeAlias = Callable[[Any], object]

WIRE_NAMES = {
    "id": "_id",
    "owner_id": "_ownerID",
    "created_at": "_created_at",
    "created_by": "_created_by",
    "updated_at": "_updated_at",
    "updated_by": "_updated_by",
    "acl": "_access",
}
OWN_NAMES = (
    *("title", "description", "state", "done", "count", "ratio", "tags", "meta"),
    *("due", "reviewer", "place", "photo"),
)
NAMES = (*WIRE_NAMES, *OWN_NAMES)


@attrs.frozen
class Rival:
    """One way to load records, and to read every field of one if that is work."""

    name: str
    load: Load
    read: Read | None = None


def reader(text: str) -> Read:
    """Return the function that evaluates *text*, about a record `r`."""
    made: Read = eval(f"lambda r: {text}")
    return made


READ_ATTRIBUTES = reader(f"({', '.join(f'r.{name}' for name in NAMES)})")


class User(Record):
    """Who reviews."""

    name: Field[str]


class Task(Record):
    """The record as skysyn has it."""

    title: Field[str]
    description: Field[str]
    state: Field[str]
    done: Field[bool]
    count: Field[int]
    ratio: Field[float]
    tags: Field[list[str]]
    meta: Field[dict[str, JSON]]
    due: Field[datetime | None]
    reviewer: Field[Ref[User] | None]
    place: Field[Location | None]
    photo: Field[Asset | None]


def load_skysyn(body: bytes) -> list[Task]:
    """Load through a session: what a user waits for, but for the network."""
    session = connect(
        Skygear("http://127.0.0.1", api_key="key"),
        transport=MockTransport(lambda _: Response(200, body=body)),
    )
    return session.query(Task).all()


class StructDate(msgspec.Struct):
    """A date as sent."""

    date: datetime = msgspec.field(name="$date")


class StructRef(msgspec.Struct):
    """A reference as sent."""

    id: str = msgspec.field(name="$id")


class StructPlace(msgspec.Struct):
    """A place as sent."""

    lng: float = msgspec.field(name="$lng")
    lat: float = msgspec.field(name="$lat")


class StructPhoto(msgspec.Struct):
    """A file as sent."""

    name: str = msgspec.field(name="$name")
    content_type: str = msgspec.field(name="$content_type")
    url: str = msgspec.field(name="$url")


class StructTask(msgspec.Struct, rename=WIRE_NAMES):
    """The record as sent, so `task.due.date`."""

    id: str
    owner_id: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    acl: list[dict[str, Any]] | None
    title: str
    description: str
    state: str
    done: bool
    count: int
    ratio: float
    tags: list[str]
    meta: dict[str, Any]
    due: StructDate | None
    reviewer: StructRef | None
    place: StructPlace | None
    photo: StructPhoto | None


class StructAnswer(msgspec.Struct):
    """An answer of such records."""

    result: list[StructTask]


def load_structs(body: bytes) -> list[StructTask]:
    """Decode into structs."""
    return msgspec.json.decode(body, type=StructAnswer).result


def inner(key: str) -> pydantic.BeforeValidator:
    """Take the item *key* of an object."""
    return pydantic.BeforeValidator(lambda value: value and value[key])


def wire_name(name: str) -> str:
    """Return the name that the service gives a field of a record."""
    return WIRE_NAMES.get(name, name)


class PydanticPlace(pydantic.BaseModel):
    """A place."""

    lng: float = pydantic.Field(alias="$lng")
    lat: float = pydantic.Field(alias="$lat")


class PydanticPhoto(pydantic.BaseModel):
    """A file."""

    name: str = pydantic.Field(alias="$name")
    content_type: str = pydantic.Field(alias="$content_type")
    url: str = pydantic.Field(alias="$url")


class PydanticTask(pydantic.BaseModel):
    """The record as pydantic has it."""

    model_config = pydantic.ConfigDict(alias_generator=wire_name)

    id: str
    owner_id: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    acl: list[dict[str, Any]] | None
    title: str
    description: str
    state: str
    done: bool
    count: int
    ratio: float
    tags: list[str]
    meta: dict[str, Any]
    due: Annotated[datetime | None, inner("$date")]
    reviewer: Annotated[str | None, inner("$id")]
    place: PydanticPlace | None
    photo: PydanticPhoto | None


class PydanticAnswer(pydantic.BaseModel):
    """An answer of such records."""

    result: list[PydanticTask]


def load_pydantic(body: bytes) -> list[PydanticTask]:
    """Validate the bytes."""
    return PydanticAnswer.model_validate_json(body).result


@attrs.define
class AttrsPlace:
    """A place."""

    lng: float
    lat: float


@attrs.define
class AttrsPhoto:
    """A file."""

    name: str
    content_type: str
    url: str


@attrs.define
class AttrsTask:
    """The record as cattrs has it."""

    id: str
    owner_id: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    acl: list[dict[str, Any]] | None
    title: str
    description: str
    state: str
    done: bool
    count: int
    ratio: float
    tags: list[str]
    meta: dict[str, Any]
    due: datetime | None
    reviewer: str | None
    place: AttrsPlace | None
    photo: AttrsPhoto | None


def converter() -> cattrs.Converter:
    """Return a converter that knows the wire names and dates."""
    made = cattrs.Converter(detailed_validation=False)
    made.register_structure_hook(datetime, structure_date)
    dollar = {AttrsPlace: ("lng", "lat"), AttrsPhoto: ("name", "content_type", "url")}
    names: dict[type[Any], dict[str, str]] = {
        kind: {name: f"${name}" for name in members} for kind, members in dollar.items()
    }
    for kind, renamed in {**names, AttrsTask: WIRE_NAMES}.items():
        overrides: dict[str, Any] = {n: override(rename=w) for n, w in renamed.items()}
        if kind is AttrsTask:
            overrides["reviewer"] = override(struct_hook=lambda v, _: v and v["$id"])
        hook: Callable[[Any, Any], Any] = make_dict_structure_fn(
            kind, made, **overrides
        )
        made.register_structure_hook(kind, hook)
    return made


def structure_date(value: Any, _: object) -> datetime:
    """Return the date of text, or of a `$date` object."""
    text: str = value if isinstance(value, str) else value["$date"]
    return datetime.fromisoformat(text)


def cattrs_rival() -> Rival:
    """Return cattrs on top of orjson."""
    structure = converter().structure

    def load(body: bytes) -> list[AttrsTask]:
        return structure(orjson.loads(body)["result"], list[AttrsTask])

    return Rival("cattrs on orjson", load, READ_ATTRIBUTES)


def skygear_rival() -> Rival:
    """Return py-skygear's decoder on top of orjson, which is faster than its json.

    Raises:
        ImportError: it is not installed, or not with what it needs.
    """
    decode: Any = importlib.import_module("skygear.encoding").deserialize_record

    def load(body: bytes) -> list[Any]:
        return [decode(record) for record in orjson.loads(body)["result"]]

    attributes = ", ".join(f"r.{name}" for name in WIRE_NAMES)
    items = ", ".join(f"r[{name!r}]" for name in OWN_NAMES)
    return Rival("py-skygear on orjson", load, reader(f"({attributes}, {items})"))


def rivals() -> list[Rival]:
    """Return every way to load that is installed; say which is not.

    The first is what the others are measured against.
    """
    found = [
        Rival("orjson.loads", lambda body: orjson.loads(body)["result"]),
        Rival("msgspec.json.decode", lambda body: msgspec.json.decode(body)["result"]),
        Rival("msgspec structs", load_structs, READ_ATTRIBUTES),
        Rival("skysyn", load_skysyn, READ_ATTRIBUTES),
        Rival("pydantic", load_pydantic, READ_ATTRIBUTES),
        cattrs_rival(),
    ]
    try:
        found.append(skygear_rival())
    except ImportError as error:
        print(f"py-skygear is left out: {error}; python -m pip install '.[bench]'\n")
    return found

"""Models and sessions of our own client, for the story it tells."""

from __future__ import annotations

import os
from datetime import datetime  # fields are read at run time
from typing import Any, TypeVar

from skysyn import (
    ACL,
    JSON,
    Asset,
    Field,
    Location,
    Record,
    Ref,
    Sequence,
    Skygear,
    SkygearSession,
    connect,
    field,
)

R = TypeVar("R", bound=Record)

ENDPOINT, KEY = os.environ["STORY_ENDPOINT"], os.environ["STORY_KEY"]
HERE = Location(114.1577, 22.2855)


class Author(Record):
    name: Field[str]


class Note(Record):
    title: Field[str]
    n: Field[int | None] = field(default=None)
    at: Field[datetime | None] = field(default=None)
    tags: Field[list[str] | None] = field(default=None)
    where: Field[Location | None] = field(default=None)
    author: Field[Ref[Author] | None] = field(default=None)


class Value(Record):
    text: Field[str]
    whole: Field[int]
    part: Field[float | None]
    yes: Field[bool]
    no: Field[bool]
    items: Field[list[JSON]]
    tree: Field[dict[str, JSON]]
    at: Field[datetime]
    here: Field[Location]
    author: Field[Ref[Author]]


class Wrong(Record, type="value"):
    whole: Field[str]


class Issue(Record):
    number: Field[int | Sequence] = field(wire="no")


class Paper(Record):
    text: Field[str]


class Law(Record):
    text: Field[str]


class News(Record):
    text: Field[str]


class Album(Record):
    photo: Field[Asset]


class Diary(Record):
    text: Field[str]


def client(key: str = KEY, token: str | None = None) -> SkygearSession:
    return connect(Skygear(ENDPOINT, api_key=key, access_token=token))


def save(who: SkygearSession, record: R, key: str) -> R:
    saved = record.with_id(key)
    for failure in who.save(saved).failed:
        raise failure.error
    return saved


def paper(who: SkygearSession, key: str, acl: ACL | None = None) -> None:
    save(who, Paper(text=key, acl=acl), key)


def keys(who: SkygearSession, model: type[Record]) -> list[str]:
    return sorted(record.id.key for record in who.query(model).all())


def ask(who: SkygearSession, action: str, **payload: Any) -> Any:
    return who.call(action, payload)


ada, bob, eve = client(), client(), client()
master = client(os.environ["STORY_MASTER_KEY"])

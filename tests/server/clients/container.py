"""Containers of the PyPI package skygear, with what its users write around them."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

ENDPOINT, KEY = os.environ["STORY_ENDPOINT"], os.environ["STORY_KEY"]
MASTER_KEY = os.environ["STORY_MASTER_KEY"]

# py-skygear is not where the type checkers look
skygear: Any = import_module("skygear.container")
models: Any = import_module("skygear.models")
encoding: Any = import_module("skygear.encoding")
queries: Any = import_module("skygear.query")
Where: Any = import_module("skygear.predicate").Predicate
http: Any = import_module("skygear.transmitter.http").HttpTransport("localhost")

HERE = models.Location(114.1577, 22.2855)


class Refused(Exception):
    """What the server said no with."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(str(error))
        self.code = error["code"]


class Client:
    """A container of py-skygear, with what its users write around it."""

    def __init__(self, key: str = KEY) -> None:
        self.container = skygear.SkygearContainer(
            endpoint=ENDPOINT, api_key=key, transport=http
        )
        self.public = self.container.public_database
        self.private = self.container.private_database
        self.user_id = ""

    def ask(self, action: str, **params: Any) -> Any:
        return checked(self.container.send_action(action, params))

    def enter(self, action: str, **params: Any) -> Any:
        found = self.ask(action, **params)
        self.container.access_token = found["access_token"]
        self.user_id = found["user_id"]
        return found["profile"]

    def login(self, password: str, **data: str) -> Any:
        return self.enter("auth:login", auth_data=data, password=password)

    def signup(self, **params: Any) -> Any:
        return self.enter("auth:signup", **params)

    def save(self, key: str, acl: Any = None, **data: Any) -> Any:
        return entries(self.public.save(record(key, acl, **data)))[0]

    def get(self, key: str) -> Any:
        return entries(self.container.send_action("record:fetch", {"ids": [key]}))[0]

    def keys(self, kind: str, where: Any = None, **more: Any) -> list[str]:
        where = where or Where(_id__neq="")
        if isinstance(where, list):
            found = self.ask("record:query", record_type=kind, predicate=where)
            return sorted(one["_id"].partition("/")[2] for one in found)
        found = self.public.query(queries.Query(kind, where, **more))
        return sorted(one.id.key for one in found)


def checked(answer: Any) -> Any:
    if "error" in answer:
        raise Refused(answer["error"])
    return answer.get("result")


def entries(answer: Any) -> list[Any]:
    found = checked(answer)
    for entry in found:
        if entry["_type"] == "error":
            raise Refused(entry)
    return [encoding.deserialize_record(entry) for entry in found]


def record(key: str, acl: Any = None, **data: Any) -> Any:
    return models.Record(models.RecordID(*key.split("/")), None, acl, data=data)


def ref(key: str) -> Any:
    return models.Reference(models.RecordID(*key.split("/")))


def path(field: str) -> dict[str, str]:
    return {"$type": "keypath", "$val": field}


ada, bob, eve, master = Client(), Client(), Client(), Client(MASTER_KEY)

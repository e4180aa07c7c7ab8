"""What a package named like the original does with cases, as JSON.

Run: python conduct.py PACKAGE < cases.json
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from importlib import import_module
from typing import Any

PACKAGE = sys.argv[1]


def module(name: str) -> Any:
    """Return a module of the package."""
    return import_module(PACKAGE + "." + name)


encoding, models, error = module("encoding"), module("models"), module("error")
container, action = module("container"), module("action")
SHOWN = {
    "Asset": ("name", "content_type"),
    "Location": ("lng", "lat"),
    "Reference": ("recordID",),
    "RecordID": ("type", "key"),
    "UnknownValue": ("underlyingType",),
    "PublicAccessControlEntry": ("level",),
    "RoleAccessControlEntry": ("role", "level"),
    "DirectAccessControlEntry": ("user_id", "level"),
    "RelationalAccessControlEntry": ("relation", "level"),
    "Record": (
        *("id", "owner_id", "acl", "created_at", "created_by"),
        *("updated_at", "updated_by", "data"),
    ),
}


class Captured:
    """A transport that answers with what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def send_action(self, name: str, payload: Any, url: str, timeout: Any) -> Any:
        self.asked.append([name, payload, url, timeout])
        return {"result": [], "asked": self.asked[-1]}


def show(value: Any) -> Any:
    """Return *value* as JSON, with the class of what is no JSON."""
    kind = type(value).__name__
    if kind == "dict":
        return {name: show(item) for name, item in value.items()}
    if kind in {"list", "tuple"}:
        return [show(item) for item in value]
    if isinstance(value, datetime):
        return ["datetime", value.isoformat(), value.tzinfo is None]
    if kind in SHOWN:
        return [kind, {part: show(getattr(value, part)) for part in SHOWN[kind]}]
    return value


def value(wire: Any) -> Any:
    """Read and write a value."""
    loaded = encoding.deserialize_value(wire)
    return [show(loaded), encoding.serialize_value(loaded)]


def record(wire: Any) -> Any:
    """Read and write a record."""
    loaded = encoding.deserialize_record(wire)
    return [show(loaded), encoding.serialize_record(loaded)]


def written(source: str) -> Any:
    """Run an expression of a user's code."""
    names = {
        "Predicate": module("predicate").Predicate,
        "Query": module("query").Query,
        "SkygearContainer": container.SkygearContainer,
        "SkygearException": error.SkygearException,
        "models": models,
        "action": action,
        "transport": Captured(),
        "datetime": datetime,
        "db": _database(),
    }
    return show(eval(source, names))


def _database() -> Any:
    made = container.SkygearContainer(
        "http://host:3000/", "key", transport=Captured(), user_id="u"
    )
    made.public_database.asked = made.transport.asked
    return made.public_database


def answer(case: Any) -> Any:
    """Return what the package does with a case, or how it fails."""
    kind, what = case
    run = {"value": value, "record": record, "written": written}[kind]
    try:
        return run(what)
    except Exception:
        return "fails"


if __name__ == "__main__":
    cases = json.load(sys.stdin)
    json.dump([answer(case) for case in cases], sys.stdout, default=repr)

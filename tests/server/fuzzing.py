"""Fuzzing: requests that nobody would make."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from skysyn import Request
from skysyn.server.actions import ACTIONS

from .asking import KEY, MASTER

if TYPE_CHECKING:
    import random

NASTY: list[Any] = [
    None, True, False, 0, -1, 1e308, 2**70, "", "a", "\0", "\ud800", "'; DROP TABLE x",
    '"', "%", "\\", "_auth", "_id", "user/1", "x/", "/x", [], {}, [[]], {"": {}},
    {"$type": "date", "$date": "9999-12-31T23:59:59.9999999Z"},
    {"$type": "ref", "$id": "/"},
    {"$type": "geo", "$lng": 1e400, "$lat": 0}, {"$type": "seq"}, {"$type": "unknown"},
    {"$type": "geojson", "$val": {"type": "Polygon", "coordinates": [[[1, 2]]]}},
    {"$type": "keypath", "$val": "a"}, {"$type": "keypath", "$val": "_owner.x"},
    {"$type": "asset", "$name": "../x"}, "1e5", "2016-01-01T00:00:00Z",
    ["func", "distance"],
]  # fmt: skip
OPERATORS = ["eq", "neq", "gt", "like", "ilike", "in", "and", "or", "not", "func", "x"]
NAMES = [
    "records", "ids", "record_type", "predicate", "sort", "include", "desired_keys",
    "limit", "offset", "count", "atomic", "database_id", "auth_data", "password",
    "profile", "users", "roles", "record_types", "item_name", "new_name", "type",
    "access", "default_access", "create_roles", "filename", "content-type",
    "content-size", "name", "targets", "direction", "auth_id", "disabled", "expiry",
    "provider", "principal_id", "user_id", "token", "_user_id", "old_password",
]  # fmt: skip


GOOD = b'{"record_type": "t", "predicate": ["eq", {"$val": "a"}, 1]}'


@attrs.frozen
class Fuzzer:
    """Makes requests for somebody with one of *tokens*, or nobody, or the master."""

    dice: random.Random
    tokens: tuple[str, ...] = ()

    def request(self) -> Request:
        """Return a request for any action, with any parameters."""
        action = self.dice.choice(sorted(ACTIONS))
        body = json.dumps({"action": action, **self.payload()}).encode()
        return self._to(action, body)

    def damaged(self) -> Request:
        """Return a query with some of its bytes changed."""
        body = bytearray(GOOD)
        for _ in range(self.dice.randrange(1, 6)):
            body[self.dice.randrange(len(body))] = self.dice.randrange(256)
        return self._to("record:query", bytes(body))

    def _to(self, action: str, body: bytes) -> Request:
        headers = {"X-Skygear-API-Key": self.dice.choice([KEY, MASTER])}
        token = self.dice.choice(["", *self.tokens])
        if token:
            headers["X-Skygear-Access-Token"] = token
        url = f"http://localhost/{action.replace(':', '/')}"
        return Request("POST", url, headers, body)

    def value(self, depth: int = 0) -> Any:
        kind = self.dice.random()
        if depth > 3 or kind < 0.4:
            return self.dice.choice(NASTY)
        if kind < 0.55:
            return [self.value(depth + 1) for _ in range(self.dice.randrange(4))]
        if kind < 0.7:
            names = self.dice.sample([*NAMES, "_id", "_access", "a", "b", "é", "id"], 3)
            return {name: self.value(depth + 1) for name in names}
        if kind < 0.85:
            operands = [self.value(depth + 1) for _ in range(self.dice.randrange(4))]
            return [self.dice.choice(OPERATORS), *operands]
        key = self.dice.choice(["t/1", "t/2", "u/1", "With Space/x", "é/1"])
        return {"_id": key, "a": self.value(depth + 1), "b": self.value(depth + 1)}

    def payload(self) -> dict[str, Any]:
        names = self.dice.sample(NAMES, self.dice.randrange(1, 6))
        made = {name: self.value() for name in names}
        if self.dice.random() < 0.5:
            made["records"] = [self.value() for _ in range(self.dice.randrange(4))]
            made["record_type"] = self.dice.choice(["t", "u", "user", "é", "_auth"])
        return made

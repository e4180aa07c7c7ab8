"""Fuzzing: events that no client would send."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import attrs

from skysyn import Request
from skysyn.server.accsyn.tables import FAMILIES

from .world import ACCOUNTS, ADMIN

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from skysyn.server.accsyn import Account

KINDS = sorted(
    {kind for family in FAMILIES for kind in (*family.kinds, *family.aliases)}
)
METHODS = ["GET", "POST", "PUT", "DELETE"]
VERBS = {
    "find": "GET", "create": "POST", "edit": "PUT", "delete": "DELETE", "x": "GET",
    "activate": "POST", "deactivate": "DELETE", "report": "GET", "metrics": "GET",
}  # fmt: skip
FILE, SEND = "share=(default)/a.mov", "share=(default)/out/"
PLACE = "share=(default)/m"
FORMS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "workspace/file", {"op": "ls", "path": PLACE[:-2], "recursive": True}),
    ("GET", "workspace/file", {"op": "getsize", "path": [FILE, "folder=f"]}),
    ("GET", "workspace/file", {"op": "exists", "path": FILE}),
    ("POST", "workspace/file", {"op": "mkdir", "path": PLACE}),
    ("PUT", "workspace/file", {"op": "move", "path": PLACE, "path_to": SEND}),
    ("PUT", "workspace/file", {"op": "rename", "path": FILE, "path_to": FILE + "x"}),
    ("POST", "workspace/file", {"op": "delete", "path": SEND, "force": True}),
    ("POST", "transfer/create", {"source": FILE, "destination": SEND, "name": "T"}),
    ("POST", "transfer/create", {"tasks": [{"source": FILE, "destination": SEND}]}),
    ("POST", "delivery/create", {"name": "D", "tasks": [FILE], "recipients": [ADMIN]}),
    ("POST", "request/create", {"name": "R", "destination": SEND}),
    ("POST", "compute/create", {"engine": "x", "input": FILE, "range": "1-10"}),
    ("POST", "queue/create", {"name": "Q", "priority": 5}),
    ("POST", "folder/create", {"name": "S", "path": "scd", "code": "s"}),
    ("POST", "collection/create", {"name": "C", "files": [FILE]}),
    ("POST", "user/create", {"code": "new@x.example", "role": "standard"}),
    ("POST", "acl/create", {"entity": "user:", "target": "share:", "read": True}),
    ("POST", "task/create", {"tasks": [{"source": FILE, "destination": SEND}]}),
    ("PUT", "task/edit", {"uri": "0", "status": "onhold"}),
    ("PUT", "job/edit", {"status": "paused"}),
    ("PUT", "job/edit", {"status": "waiting", "queue": "high"}),
    ("PUT", "job/edit", {"metadata": {"external": {"a": 1}}, "priority": 3}),
    ("PUT", "job/recipient/add", {"recipient": ADMIN}),
    ("DELETE", "job/recipient", {"recipient": ADMIN}),
    ("GET", "job/recipients", {}), ("PUT", "user/edit", {"description": "x"}),
    ("PUT", "setting", {"entitytype": "job", "name": "a", "value": "b"}),
    ("GET", "setting", {"entitytype": "job", "recursive": True, "upstream": True}),
    ("GET", "attributes", {"entitytype": "transfer", "create": True}),
    ("GET", "log/find", {"entitytype": "job", "pagination": {"page": 1, "limit": 2}}),
    ("POST", "file/add", {"files": [FILE]}), ("GET", "user/api_key", {}),
    ("PUT", "share/edit", {"name": "N"}), ("GET", "entitytypes", {}),
    ("POST", "user/generate_session_key", {"lifetime": 60}),
    ("PUT", "workspace/publish/preprocess", {"files": [{"id": "a"}], "size": 1}),
    ("PUT", "workspace/integration/ftrack/utility", {"operation": "o", "data": {}}),
    ("GET", "share/servers", {}), ("PUT", "share/server", {"client": "x"}),
    ("DELETE", "collection/file/remove", {"files": ["a.mov"]}),
]  # fmt: skip
ALONE = ("workspace/", "entitytypes", "attributes", "log/find", "user/api_key")
NASTY: list[Any] = [
    None, True, False, 0, -1, 1e308, 2**70, "", "a", "\0", "\ud800", "'; DROP TABLE x",
    '"', "%", "*", "\\", "user:*", "workspace", "hq:", "~", "null", ADMIN, "é" * 50,
    [], {}, [[]], {"": {}}, "[" * 90, "site=hq", "share=proj/../..", "waiting",
    "share=proj/%2e%2e", "share=proj/a.mov", "volume=proj", "delivery=x", "../x",
    "share=proj/f.%04d.exr[1-99999999]", "{USD::date}x", "9999-12-31T23:59:59",
    "2026-01-01T00:00:00", "init", "paused", "done", "aborted", "queued", "admin",
]  # fmt: skip
NAMES = [
    "name", "code", "status", "priority", "settings", "metadata", "tasks", "id", "role",
    "source", "destination", "parent", "queue", "user", "path", "op", "files", "share",
    "recipient", "recipients", "entity", "target", "read", "write", "limit", "skip",
    "attributes", "finished", "inactive", "archived", "_key", "_workspace", "value",
    "entitytype", "lifetime", "path_to", "recursive", "maxdepth", "include", "exclude",
    "expires", "engine", "range", "input", "output", "force", "client", "main", "uri",
]  # fmt: skip
OPERATORS = ["=", "<>", "<", ">=", "in", "not in", "contains", "matches", "like", "!"]


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@attrs.define
class Fuzzer:
    """Makes requests for people of each role; *keys* are ids by kind."""

    dice: random.Random
    keys: Mapping[str, Sequence[str]] = attrs.field(factory=dict[str, Any])

    @property
    def all(self) -> Sequence[str]:
        """Every id that there was at first."""
        return [key for keys in self.keys.values() for key in keys]

    def request(self) -> Request:
        """Return a request of any event, with any data."""
        method, document = self._document()
        return self._send(method, json.dumps(document))

    def damaged(self) -> Request:
        """Return a request with some of its characters changed."""
        method, document = self._document()
        text = bytearray(json.dumps(document).encode())
        for _ in range(self.dice.randrange(1, 6)):
            text[self.dice.randrange(len(text))] = self.dice.randrange(256)
        return self._send(method, bytes(text).decode("latin-1"))

    def _send(self, method: str, text: str) -> Request:
        version = self.dice.choice(["v3", "v3", "v1.0"])
        who = ACCOUNTS[0] if self._is(0.5) else self.dice.choice(ACCOUNTS)
        url = f"http://localhost/api/{version}/event"
        headers = _headers(who) if version == "v3" else _old_headers(who)
        if method in {"GET", "DELETE"}:
            return Request(method, f"{url}?{quote(text, safe='/')}", headers)
        return Request(method, url, headers, text.encode())

    def _is(self, chance: float) -> bool:
        return self.dice.random() < chance

    def _document(self) -> tuple[str, dict[str, Any]]:
        method, uri, data = self._event()
        document: dict[str, Any] = {"workspace": "acmefilm", "domain": "acmefilm"}
        document["uri"] = uri
        if self._is(0.05):
            document["gz_data"] = self._packed(data)
        else:
            document["data"] = data
        is_found = uri.endswith(("find", "report", "metrics"))
        is_made = uri.endswith("create") and not uri.startswith("task")
        is_alone = is_made or uri.startswith(ALONE) or (is_found and self._is(0.7))
        if not is_alone or self._is(0.05):
            document["id"] = self._key(uri.partition("/")[0])
        if (is_found and "id" not in document) or self._is(0.03):
            document["query"] = self._query()
        return self.dice.choice(METHODS) if self._is(0.05) else method, document

    def _event(self) -> tuple[str, str, Any]:
        if self._is(0.6):
            method, uri, form = self.dice.choice(FORMS)
            mostly = {
                name: self.value() if self._is(0.15) else value
                for name, value in form.items()
            }
            return method, uri, mostly | (self._data() if self._is(0.1) else {})
        verb = self.dice.choice(sorted(VERBS))
        data: Any = self._data() if self._is(0.4) else {}
        data = self.value() if self._is(0.05) else data
        return VERBS[verb], f"{self.dice.choice(KINDS)}/{verb}", data

    def _packed(self, data: Any) -> str:
        packed = bytearray(gzip.compress(json.dumps(data).encode(), mtime=0))
        if self._is(0.5):
            packed[self.dice.randrange(len(packed))] ^= 255
        return base64.b64encode(packed).decode()

    def _key(self, kind: str) -> Any:
        """Return an id, mostly of something of that kind."""
        if self._is(0.05):
            return self.dice.choice(["0" * 24, "../x", "\0", "", "default", ADMIN])
        return self.dice.choice((self._is(0.9) and self.keys.get(kind)) or self.all)

    def _query(self) -> str:
        """Return a condition, which may be one."""
        if self._is(0.2):
            pieces = [*NAMES, *OPERATORS, *self.all[:3], "(", ")", "and", '"', "'"]
            return " ".join(self.dice.choices(pieces, k=self.dice.randrange(1, 6)))
        name, sign = self.dice.choice(NAMES[:9]), self.dice.choice(OPERATORS)
        word = self.dice.choice([*NASTY, *self.all])
        one = f"{name} {sign} {json.dumps(str(word), ensure_ascii=False)}"
        return f"({one}) or {self._query()}" if self._is(0.2) else one

    def _data(self) -> dict[str, Any]:
        names = self.dice.sample(NAMES, self.dice.randrange(6))
        return {name: self.value() for name in names}

    def value(self, depth: int = 0) -> Any:
        """Return a value of any form."""
        kind = self.dice.random()
        if depth > 3 or kind < 0.5:
            return self.dice.choice(NASTY)
        if kind < 0.7:
            return self.dice.choice([*self.all, *(f"user:{key}" for key in self.all)])
        if kind < 0.85:
            return [self.value(depth + 1) for _ in range(self.dice.randrange(4))]
        names = self.dice.sample([*NAMES, "a", "é", "", "_id"], 3)
        return {name: self.value(depth + 1) for name in names}


def _headers(who: Account) -> dict[str, str]:
    words = f"basic {b64(who.code)}:{b64(who.api_key)}"
    return {"Authorization": words, "X-Accsyn-Workspace": "acmefilm"}


def _old_headers(who: Account) -> dict[str, str]:
    said = {"domain": "acmefilm", "username": who.code, "api_key": who.api_key}
    return {"Authorization": f"ASCredentials {b64(json.dumps(said))}"}

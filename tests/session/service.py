"""Service: an in-memory Skygear that plays the remote one for tests of sessions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from skysyn import MockTransport, Request, Response, Skygear, SkygearSession, connect

from .conditions import Row, arrange, holds

if TYPE_CHECKING:
    from skysyn.transport import Transport

ENDPOINT = "https://app.example.com"
FORBIDDEN = {"name": "PermissionDenied", "code": 102, "message": "no permission"}
ABSENT = {"name": "ResourceNotFound", "code": 110, "message": "record not found"}


class Refusal(Exception):
    """An error of a whole request."""

    def __init__(self, status: int, name: str, code: int, **more: Any) -> None:
        super().__init__(name)
        self.status = status
        self.error = {"name": name, "code": code, "message": name, **more}


class Service:
    """Keeps records by id and answers actions; `faults` refuse single records."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.databases: dict[str, str] = {}
        self.columns: dict[tuple[str, str], str] = {}
        self.faults: dict[str, dict[str, Any]] = {}
        self.hides_schema = False
        self.time = 0
        self.transport = MockTransport(self.answer)

    def connect(self, transport: Transport | None = None) -> SkygearSession:
        settings = Skygear(ENDPOINT, api_key="apikey")
        return connect(settings, transport=transport or self.transport)

    def sent(self, action: str = "") -> list[dict[str, Any]]:
        """Return the bodies of the requests for *action*, or of all."""
        bodies = [json.loads(r.body) for r in self.transport.requests]
        return [body for body in bodies if action in {"", body["action"]}]

    def put(self, record_id: str, **fields: Any) -> None:
        """Store a record as another client would."""
        self.save({"records": [{"_id": record_id, **fields}]})

    def answer(self, request: Request) -> Response:
        body = json.loads(request.body)
        actions = {
            "record:save": self.save,
            "record:fetch": self.fetch,
            "record:query": self.query,
            "record:delete": self.delete,
            "schema:fetch": self.schema,
        }
        try:
            answered = actions[body["action"]](body)
        except Refusal as refusal:
            return respond({"error": refusal.error}, refusal.status)
        return respond(answered)

    def save(self, body: dict[str, Any]) -> dict[str, Any]:
        self.time += 1
        self.check_columns(body["records"])
        before = dict(self.rows)
        entries = [self.store(row, self.database(body)) for row in body["records"]]
        if body.get("atomic"):
            self.check_all(before, entries)
        return {"result": entries}

    def check_all(self, before: dict[str, Row], entries: list[Row]) -> None:
        failed = {e["_id"]: e for e in entries if e["_type"] == "error"}
        if failed:
            self.rows = before
            raise Refusal(409, "AtomicOperationFailure", 115, info=failed)

    def check_columns(self, rows: list[Row]) -> None:
        for row in rows:
            kind = row["_id"].partition("/")[0]
            for name, value in row.items():
                if value is not None and not name.startswith("_"):
                    sent = column_type(value)
                    had = self.columns.setdefault((kind, name), sent)
                    if sent != had:
                        raise conflict(had, sent)

    def store(self, row: Row, database: str) -> Row:
        record_id = row["_id"]
        if record_id in self.faults:
            return {"_id": record_id, "_type": "error", **self.faults[record_id]}
        known = self.rows.get(record_id)
        moment = f"2026-01-02T03:04:05.{self.time:06}Z"
        made = {"_access": None, "_ownerID": "u-1", "_created_at": moment}
        merged = {**(known or made), **row, "_type": "record", "_updated_at": moment}
        if row.get("_access") is None:
            merged["_access"] = (known or made)["_access"]
        counted = {k: self.time for k, v in merged.items() if v == {"$type": "seq"}}
        self.rows[record_id] = merged | counted
        self.databases[record_id] = database
        return self.shown(record_id)

    def shown(self, record_id: str) -> Row:
        row = self.rows[record_id]
        return {k: v for k, v in row.items() if v is not None or k == "_access"}

    def database(self, body: dict[str, Any]) -> str:
        return str(body.get("database_id") or "_public")

    def find(self, record_id: str, body: dict[str, Any]) -> Row:
        found = record_id in self.rows and record_id not in self.faults
        if not found or self.databases[record_id] != self.database(body):
            fault = self.faults.get(record_id, ABSENT)
            return {"_id": record_id, "_type": "error", **fault}
        return self.shown(record_id)

    def fetch(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"result": [self.find(record_id, body) for record_id in body["ids"]]}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        before, entries = dict(self.rows), self.fetch(body)["result"]
        for entry in entries:
            if entry["_type"] == "record":
                self.rows.pop(entry["_id"], None)
        if body.get("atomic"):
            self.check_all(before, entries)
        done = [e if e["_type"] == "error" else head(e) for e in entries]
        return {"result": done}

    def query(self, body: dict[str, Any]) -> dict[str, Any]:
        kind, predicate = body["record_type"], body.get("predicate")
        rows = [
            self.shown(record_id)
            for record_id in self.rows
            if record_id.startswith(f"{kind}/")
            and self.databases[record_id] == self.database(body)
        ]
        found = [r for r in rows if predicate is None or holds(predicate, r) is True]
        start, limit = body.get("offset", 0), body.get("limit", len(found))
        page = arrange(found, body.get("sort", []))[start : start + limit]
        info = {"info": {"count": len(found)}} if body.get("count") else {}
        return {"result": [self.presented(row, body) for row in page], **info}

    def presented(self, row: Row, body: dict[str, Any]) -> Row:
        keys, included = body.get("desired_keys"), body.get("include", {})
        shown = {
            k: v for k, v in row.items() if keys is None or k in keys or k[0] == "_"
        }
        came = {
            name: self.rows.get(row.get(path["$val"], {}).get("$id"))
            for name, path in included.items()
        }
        return {**shown, "_transient": came} if came else shown

    def schema(self, _: dict[str, Any]) -> dict[str, Any]:
        if self.hides_schema:
            raise Refusal(403, "PermissionDenied", 102)
        types: dict[str, Any] = {}
        for (kind, name), column in self.columns.items():
            fields = types.setdefault(kind, {"fields": []})["fields"]
            fields.append({"name": name, "type": column})
        return {"result": {"record_types": types}}


def head(row: Row) -> Row:
    return {"_id": row["_id"], "_type": row["_type"]}


def respond(answered: dict[str, Any], status: int = 200) -> Response:
    headers = {"X-Skygear-Request-Id": "req-1"}
    return Response(status, headers, json.dumps(answered).encode())


def column_type(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float() | {"$type": "seq"}:
            return "number"
        case str():
            return "string"
        case {"$type": "date"}:
            return "datetime"
        case {"$type": "ref", "$id": str(text)}:
            return f"ref({text.partition('/')[0]})"
        case _:
            return "json"


def conflict(had: str, sent: str) -> Refusal:
    names = {"datetime": "DateTime", "json": "JSON"}
    left, right = (names.get(kind, kind.capitalize()) for kind in (had, sent))
    message = (
        f"conflicting schema {{Type{left}  {{0 <nil>}} text}} "
        f"=> {{Type{right}  {{0 <nil>}} }}"
    )
    return Refusal(409, "IncompatibleSchema", 114, message=message)

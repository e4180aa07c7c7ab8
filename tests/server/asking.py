"""Asking: raw requests to a server in this process, as any client sends them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from skysyn import Request
from skysyn.server import Server, Settings, WSGITransport

if TYPE_CHECKING:
    from skysyn import Response

KEY, MASTER = "client-key", "master-key"


def settings(**changes: Any) -> Settings:
    """Return the settings that tests use, with *changes*."""
    return attrs.evolve(Settings(api_key=KEY, master_key=MASTER), **changes)


@attrs.frozen
class Asker:
    """One client of *server*: anybody, a user by their *token*, or the master."""

    server: Server
    key: str = KEY
    token: str | None = None
    user_id: str = ""

    def send(self, action: str, **payload: Any) -> Response:
        """Return the response to *action*."""
        headers = {"X-Skygear-API-Key": self.key}
        if self.token is not None:
            headers["X-Skygear-Access-Token"] = self.token
        path = action.replace(":", "/")
        body = json.dumps({"action": action, **payload}).encode()
        request = Request("POST", f"http://localhost/{path}", headers, body)
        return WSGITransport(self.server).send(request)

    def ask(self, action: str, **payload: Any) -> Any:
        """Return the body that answers *action*."""
        return json.loads(self.send(action, **payload).body)

    def result(self, action: str, **payload: Any) -> Any:
        """Return the result of *action*; fail if it is refused."""
        body = self.ask(action, **payload)
        assert "error" not in body, body
        return body.get("result")

    def code(self, action: str, **payload: Any) -> tuple[int, int]:
        """Return the status and the code that *action* is refused with."""
        response = self.send(action, **payload)
        return response.status, json.loads(response.body)["error"]["code"]

    def save(self, *records: dict[str, Any], **more: Any) -> list[Any]:
        """Save records; return the entry of each."""
        found: list[Any] = self.result("record:save", records=list(records), **more)
        return found

    def keys(self, record_type: str, **more: Any) -> list[str]:
        """Return the keys of the records that a query finds, sorted."""
        found = self.result("record:query", record_type=record_type, **more)
        return sorted(record["_id"].partition("/")[2] for record in found)

    def signup(self, name: str) -> Asker:
        """Return a new user of the same server."""
        data = {"username": name}
        made = self.result("auth:signup", auth_data=data, password="secret")
        token, user_id = made["access_token"], made["user_id"]
        return attrs.evolve(self, token=token, user_id=user_id)

    def as_master(self) -> Asker:
        """Return the master of the same server."""
        return Asker(self.server, MASTER)

"""Users: the auth actions of an in-memory Skygear."""

from __future__ import annotations

import json
from typing import Any

from skysyn import MockTransport, Request, Response, Skygear, SkygearSession, connect

from .service import ENDPOINT, Refusal, Service, respond


class Users(Service):
    """A service with users: tokens are `token-1`, `token-2` … in the order issued."""

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[str, str] = {}
        self.issued: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.transport = MockTransport(self.answer_user)

    def open(self, **options: Any) -> SkygearSession:
        settings = Skygear(ENDPOINT, **{"api_key": "apikey", **options})
        return connect(settings, transport=self.transport)

    def answer_user(self, request: Request) -> Response:
        body = json.loads(request.body)
        self.headers.append(dict(request.headers))
        action = body["action"]
        if action.startswith("record:"):
            return self.answer(request)
        try:
            return respond({"result": self.act(action, body, request)})
        except Refusal as refusal:
            return respond({"error": refusal.error}, refusal.status)

    def act(self, action: str, body: dict[str, Any], request: Request) -> Any:
        match action:
            case "auth:signup":
                return self.sign_up(body)
            case "auth:login" | "sso:custom_token:login":
                return self.log_in(body)
            case "auth:password":
                self.passwords[self.who(request)] = body["password"]
                return self.welcome(self.who(request))
            case "me":
                return self.welcome(self.who(request))
            case "role:get":
                return {user: ["Admin"] for user in body["users"]}
            case _:
                return {"status": "OK"}

    def sign_up(self, body: dict[str, Any]) -> dict[str, Any]:
        name = body.get("auth_data", {}).get("username", "anonymous")
        if name in self.passwords:
            raise Refusal(409, "Duplicated", 109)
        self.passwords[name] = body.get("password", "")
        return self.welcome(name)

    def log_in(self, body: dict[str, Any]) -> dict[str, Any]:
        if "token" in body:
            return self.welcome(body["token"])
        name = body.get("auth_data", {}).get("username", "provided")
        if name not in self.passwords:
            raise Refusal(404, "ResourceNotFound", 110)
        if self.passwords[name] != body.get("password", ""):
            raise Refusal(401, "InvalidCredentials", 105)
        return self.welcome(name)

    def who(self, request: Request) -> str:
        token = request.headers.get("X-Skygear-Access-Token")
        if token not in self.issued:
            raise Refusal(401, "AccessTokenNotAccepted", 104)
        return next(iter(self.passwords))

    def welcome(self, name: str) -> dict[str, Any]:
        token = f"token-{len(self.issued) + 1}"
        self.issued.append(token)
        profile = {"_id": f"user/{name}", "_type": "record", "_access": None}
        return {
            "user_id": name,
            "profile": profile,
            "roles": ["Admin"],
            "access_token": token,
            "last_login_at": "2026-01-02T03:04:05.1Z",
        }

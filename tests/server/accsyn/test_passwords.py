"""Passwords: checking one takes a while, in which others go on."""

from __future__ import annotations

import base64
import json
from threading import Thread
from typing import TYPE_CHECKING, Any

import argon2
import pytest

from skysyn import Request
from skysyn.dialects.accsyn.credentials import Credentials
from skysyn.errors import AuthenticationError
from skysyn.server.accsyn import Account, AccsynServer, AccsynSettings, Space
from skysyn.server.accsyn.accounts import prove, set_keys, stored_password

from .world import ADMIN, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD = "http://localhost/api/v1.0"
RIGHT, WRONG = "word of kim", "word of nobody"
LOGIN = {"domain": "acmefilm"}
WRITE = {
    "domain": "acmefilm",
    "uri": "queue/create",
    "data": {"code": "rush", "priority": 900},
}


@pytest.fixture(params=["memory", "file", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AccsynServer]:
    database = {"memory": ":memory:", "file": str(tmp_path / "db")}.get(request.param)
    if database is None:
        database = request.getfixturevalue("postgres").new_database()
    space = Space("acmefilm", (Account(ADMIN, "admin", "key", password=RIGHT),))
    with AccsynServer(AccsynSettings(spaces=(space,), database=database)) as made:
        yield made


def ask(server: AccsynServer, path: str, document: Any, password: str) -> Any:
    def b64(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    who = {"domain": "acmefilm", "username": ADMIN, "pwd": b64(password)}
    headers = {"Authorization": f"ASCredentials {b64(json.dumps(who))}"}
    body = json.dumps(document).encode()
    return read(server.answer(Request("POST", f"{OLD}/{path}", headers, body)))


@pytest.mark.parametrize("password", [RIGHT, WRONG])
@pytest.mark.parametrize(
    ("path", "document"), [("user/login/auth", LOGIN), ("event", WRITE)]
)
def test_others_write_while_a_password_is_checked(
    server: AccsynServer,
    path: str,
    document: Any,
    password: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verify, waited = argon2.PasswordHasher.verify, list[bool]()

    def write() -> None:
        with server.store.write("acmefilm", server.now()):
            pass

    def watched(hasher: argon2.PasswordHasher, *given: Any) -> Any:
        other = Thread(target=write)
        other.start()
        other.join(timeout=3)
        waited.append(other.is_alive())
        return verify(hasher, *given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", watched)
    body = ask(server, path, document, password)

    assert waited == [False]
    refused = {"message": "unauthorized: invalid credentials"}
    assert (body == refused) is (password == WRONG), body


def test_a_password_that_was_changed_meanwhile_lets_nobody_in(
    server: AccsynServer,
) -> None:
    given = Credentials(ADMIN, "password", RIGHT)
    with server.store.write("acmefilm", server.now()) as work:
        stored, caller = stored_password(work, given), prove(work, given).caller
        set_keys(work, caller.id, "key", "another")

        with pytest.raises(AuthenticationError, match="invalid credentials"):
            prove(work, given, stored)

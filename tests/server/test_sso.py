"""Logins by other services: accounts that are linked, and tokens that they sign."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from skysyn.server import Server

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = {"provider": "facebook", "principal_id": "p1"}
SECRET = "s" * 32
UNREADABLE = {
    "name": "BadRequest",
    "code": 107,
    "message": "fails to decode the request payload",
}


def invalid(message: str, *arguments: str) -> dict[str, Any]:
    """Return the refusal of an argument."""
    info = {"info": {"arguments": list(arguments)}} if arguments else {}
    return {"name": "InvalidArgument", "code": 108, "message": message, **info}


@pytest.mark.parametrize(
    ("action", "payload", "error"),
    [
        ("login", {}, invalid("empty provider", "provider")),
        ("login", {"provider": "f"}, invalid("empty principal id", "principal_id")),
        ("signup", {"provider": ""}, invalid("empty provider", "provider")),
        ("link", {"provider": "f"}, invalid("empty principal id", "principal_id")),
        ("link", ACCOUNT, invalid("empty user id", "user_id")),
        ("unlink", {"provider": "f"}, invalid("empty user id", "user_id")),
        ("login", {"provider": 1}, UNREADABLE),
        ("login", {**ACCOUNT, "token_response": "t"}, UNREADABLE),
        ("signup", {**ACCOUNT, "provider_profile": []}, UNREADABLE),
    ],
)
def test_an_account_is_named_whole(
    master: Asker, action: str, payload: dict[str, Any], error: dict[str, Any]
) -> None:
    assert master.ask(f"sso:oauth:{action}", **payload) == {"error": error}


def test_an_account_is_linked_with_one_user_and_a_user_with_one_account(
    master: Asker, ada: Asker, bob: Asker
) -> None:
    def link(user: str, principal: str) -> Any:
        asked = {**ACCOUNT, "principal_id": principal, "user_id": user}
        return master.ask("sso:oauth:link", **asked)

    linked = link(ada.user_id, "p1")
    taken = "provider account already linked with existing user"
    had = "user linked to the provider already"

    assert linked == {"result": "OK"}
    assert link("nobody", "p1") == link(ada.user_id, "p1") == {"error": invalid(taken)}
    assert link(ada.user_id, "p2") == {"error": invalid(had)}
    assert link("nobody", "p2")["error"]["code"] == 110
    assert link(bob.user_id, "p2") == {"result": "OK"}


def test_who_unlinked_an_account_cannot_log_in_by_it(master: Asker, ada: Asker) -> None:
    user = {"provider": "facebook", "user_id": ada.user_id}
    master.result("sso:oauth:link", **ACCOUNT, user_id=ada.user_id)

    before = master.result("sso:oauth:login", **ACCOUNT)
    unlinked = master.result("sso:oauth:unlink", **user)

    assert (before["user_id"], unlinked) == (ada.user_id, "OK")
    assert master.code("sso:oauth:login", **ACCOUNT) == (401, 105)
    assert master.code("sso:oauth:unlink", **user) == (404, 110)


@pytest.fixture
def client() -> Iterator[Asker]:
    """Somebody at a server that takes custom tokens."""
    with Server(settings(custom_token_secret=SECRET)) as server:
        yield Asker(server)


def token(**changes: Any) -> str:
    now = int(time.time())
    claims = {"sub": "p-1", "iat": now, "exp": now + 600, **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, SECRET, algorithm="HS256")


def test_a_custom_token_makes_a_user_and_then_changes_it(client: Asker) -> None:
    first = client.result(
        "sso:custom_token:login", token=token(skyprofile={"nick": "J", "age": 3})
    )
    second = client.result(
        "sso:custom_token:login", token=token(skyprofile={"nick": "K"}, aud="me")
    )

    assert first["user_id"] == second["user_id"]
    assert [first["profile"]["nick"], second["profile"]["nick"]] == ["J", "K"]
    assert second["profile"]["age"] == 3


@pytest.mark.parametrize(
    ("claims", "what"),
    [
        ({"sub": None}, "subject (sub)"),
        ({"sub": ""}, "subject (sub)"),
        ({"exp": None}, "expires at (exp)"),
        ({"iat": None}, "issued at (iat)"),
        ({"iat": None, "exp": None}, "expires at (exp)"),
    ],
)
def test_a_custom_token_says_who_and_when(
    client: Asker, claims: dict[str, Any], what: str
) -> None:
    refused = {
        "name": "InvalidCredentials",
        "code": 105,
        "message": f"invalid token: {what} not specified",
    }
    answer = client.ask("sso:custom_token:login", token=token(**claims))

    assert answer == {"error": refused}


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "no.token",
        5,
        token(exp=1),
        token(iat=2**40),
        token(skyprofile="J"),
        jwt.encode({"sub": "p"}, "another secret, 32 characters on.", "HS256"),
    ],
)
def test_a_custom_token_that_is_none_is_unreadable(client: Asker, said: Any) -> None:
    assert client.ask("sso:custom_token:login", token=said) == {"error": UNREADABLE}


def test_a_profile_in_a_custom_token_is_read_like_any_other(client: Asker) -> None:
    wrong = token(skyprofile={"born": {"$type": "nope"}})

    answer = client.ask("sso:custom_token:login", token=wrong)

    assert answer == {"error": invalid("unknown $type = nope")}

"""Users: who is logged in, and what administrators do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from skysyn import MockTransport, Response, Skygear, SkygearSession, connect
from skysyn.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    ProtocolError,
    QueryError,
    SessionExpired,
)

from .service import ENDPOINT
from .tasks import Task

if TYPE_CHECKING:
    from .users import Users


def test_signup_makes_a_user_who_is_logged_in(users: Users) -> None:
    session = users.open()
    born = datetime(2000, 1, 2, tzinfo=UTC)

    found = session.signup(
        username="ann", email="a@x.io", password="pw", profile={"born": born}
    )

    assert users.sent()[0] == {
        "action": "auth:signup",
        "auth_data": {"username": "ann", "email": "a@x.io"},
        "password": "pw",
        "profile": {"born": {"$type": "date", "$date": "2000-01-02T00:00:00Z"}},
    }
    assert (found.user_id, found.roles) == ("ann", ("Admin",))
    assert found.last_login_at == datetime(2026, 1, 2, 3, 4, 5, 100000, tzinfo=UTC)
    assert session.dialect.access_token == "token-1"


def test_signup_without_name_makes_an_anonymous_user(users: Users) -> None:
    users.open().signup()

    assert users.sent() == [{"action": "auth:signup"}]


def test_a_taken_name_is_a_conflict(users: Users) -> None:
    users.open().signup(username="ann", password="pw")

    with pytest.raises(Conflict):
        users.open().signup(username="ann", password="pw")


def test_login_sends_the_token_from_then_on(users: Users) -> None:
    users.passwords = {"ann": "pw"}
    session = users.open()

    session.login(username="ann", password="pw")
    session.call("anything")

    tokens = [headers.get("X-Skygear-Access-Token") for headers in users.headers]
    assert tokens == [None, "token-1"]


def test_a_login_that_fails_leaves_the_session_as_it_was(users: Users) -> None:
    users.passwords = {"ann": "pw"}
    session = users.open()

    with pytest.raises(AuthenticationError):
        session.login(username="ann", password="wrong")
    with pytest.raises(NotFound):
        session.login(username="bob", password="pw")

    assert session.dialect.access_token is None


def test_login_by_a_provider_or_a_custom_token(users: Users) -> None:
    users.passwords = {"provided": ""}
    session = users.open()

    session.login_with_provider("com.example", {"code": "c"})
    session.login_with_token("jwt")

    assert users.sent() == [
        {
            "action": "auth:login",
            "provider": "com.example",
            "provider_auth_data": {"code": "c"},
        },
        {"action": "sso:custom_token:login", "token": "jwt"},
    ]
    assert session.dialect.access_token == "token-2"


def test_logout_forgets_the_token(users: Users) -> None:
    session = users.open(access_token="old")

    session.logout()

    assert users.headers[0]["X-Skygear-Access-Token"] == "old"
    assert session.dialect.access_token is None


def test_logout_forgets_the_token_also_without_an_answer() -> None:
    transport = MockTransport(lambda _: Response(502, {}, b""))
    settings = Skygear(ENDPOINT, api_key="k", access_token="old")
    session = connect(settings, transport=transport)

    with pytest.raises(ProtocolError):
        session.logout()

    assert session.dialect.access_token is None


def test_me_and_a_new_password_renew_the_token(users: Users) -> None:
    session = users.open()
    session.signup(username="ann", password="pw")

    session.me()
    session.change_password("pw", "new")

    assert session.dialect.access_token == "token-3"
    assert users.sent()[-1] == {
        "action": "auth:password",
        "old_password": "pw",
        "password": "new",
    }


def test_nobody_logged_in_is_an_expired_session(users: Users) -> None:
    with pytest.raises(SessionExpired):
        users.open().me()


Act = Callable[[SkygearSession], None]
ACTS: list[tuple[Act, dict[str, Any]]] = [
    (
        lambda s: s.disable("u", message="m", expiry=datetime(2026, 1, 2, tzinfo=UTC)),
        {
            "action": "auth:disable:set",
            "auth_id": "u",
            "disabled": True,
            "message": "m",
            "expiry": "2026-01-02T00:00:00Z",
        },
    ),
    (
        lambda s: s.disable("u"),
        {"action": "auth:disable:set", "auth_id": "u", "disabled": True},
    ),
    (
        lambda s: s.enable("u"),
        {"action": "auth:disable:set", "auth_id": "u", "disabled": False},
    ),
    (
        lambda s: s.reset_password("u", "pw"),
        {"action": "auth:reset_password", "auth_id": "u", "password": "pw"},
    ),
    (
        lambda s: s.roles.assign(["u"], ["r"]),
        {"action": "role:assign", "users": ["u"], "roles": ["r"]},
    ),
    (
        lambda s: s.roles.revoke(["u"], ["r"]),
        {"action": "role:revoke", "users": ["u"], "roles": ["r"]},
    ),
    (lambda s: s.roles.set_admin(["r"]), {"action": "role:admin", "roles": ["r"]}),
    (
        lambda s: s.roles.set_default([]),
        {"action": "role:default", "roles": []},
    ),
]


@pytest.mark.parametrize(("act", "sent"), ACTS)
def test_what_administrators_do(users: Users, act: Act, sent: dict[str, Any]) -> None:
    act(users.open())

    assert users.sent() == [sent]


def test_roles_are_asked_by_user(users: Users) -> None:
    assert users.open().roles.get(["u", "v"]) == {"u": ("Admin",), "v": ("Admin",)}


@pytest.mark.parametrize(("ids", "names"), [([], ["r"]), (["u"], [])])
def test_roles_of_nobody_are_not_sent(
    users: Users, ids: list[str], names: list[str]
) -> None:
    with pytest.raises(QueryError, match="empty list"):
        users.open().roles.assign(ids, names)
    assert users.sent() == []


def test_one_name_is_no_list_of_roles_or_users(users: Users) -> None:
    roles = users.open().roles

    for act in (
        lambda: roles.assign(["u"], "editor"),
        lambda: roles.revoke("u-1", ["editor"]),
        lambda: roles.get("u-1"),
        lambda: roles.set_admin("editor"),
        lambda: roles.set_default("editor"),
    ):
        with pytest.raises(QueryError, match=r"are a list: write \['"):
            act()
    assert users.sent() == []


def test_an_admin_acts_as_a_user_in_a_session_of_its_own(users: Users) -> None:
    admin = users.open(access_token="own")
    other = admin.as_user("u-77")

    other.save(Task(description="A").with_id("t"))
    admin.call("anything")

    (saved,) = users.sent("record:save")
    assert saved["_user_id"] == "u-77"
    assert "X-Skygear-Access-Token" not in users.headers[0]
    assert "_user_id" not in users.sent("anything")[0]
    assert users.headers[1]["X-Skygear-Access-Token"] == "own"


def test_nobody_is_acted_as_without_an_id(users: Users) -> None:
    with pytest.raises(QueryError, match="takes the id of a user"):
        users.open().as_user("")

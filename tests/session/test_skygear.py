from __future__ import annotations

import json
import logging
import pickle
import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skysyn import (
    Field,
    MockTransport,
    Record,
    RecordID,
    Ref,
    Request,
    Response,
    Skygear,
    SkygearSession,
    connect,
    field,
)
from skysyn.errors import (
    AuthenticationError,
    Conflict,
    DeclarationError,
    NotFound,
    ProtocolError,
    QueryError,
    RemoteError,
    SessionExpired,
    SkysynError,
    StateError,
)
from skysyn.models import JSON, Select
from skysyn.transport import LogTransport

from .service import ENDPOINT
from .users import Users

if TYPE_CHECKING:
    from skysyn import RecordQuery


class User(Record):
    name: Field[str | None] = field(default=None)


class Task(Record):
    description: Field[str]
    reviewer: Field[Ref[User] | None] = field(default=None)


@pytest.fixture
def users() -> Users:
    return Users()


def answering(status: int, body: bytes) -> SkygearSession:
    transport = MockTransport(lambda _: Response(status, {}, body))
    return connect(Skygear(ENDPOINT, api_key="canary-key"), transport=transport)


# users


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


def test_a_session_may_be_on_another_database(users: Users) -> None:
    private = users.open().database("_private")

    private.save(Task(description="A").with_id("t"))
    private.get(Task, "t")
    private.query(Task).all()
    private.query(Task).database("_public").all()

    databases = [body["database_id"] for body in users.sent()]
    assert databases == ["_private", "_private", "_private", "_public"]


# any other action


def test_a_record_query_goes_through_call(users: Users) -> None:
    users.put("task/cdfc7bb4", description="Report")
    query: dict[str, JSON] = {
        "database_id": "_public",
        "record_type": "task",
        "limit": 1,
        "predicate": ["eq", {"$type": "keypath", "$val": "_id"}, "cdfc7bb4"],
    }

    records: Any = users.open().call("record:query", query)

    assert users.sent() == [{"action": "record:query", **query}]
    assert records[0]["description"] == "Report"


def test_a_record_is_saved_on_behalf_of_a_user_by_call(users: Users) -> None:
    session = users.open(api_key="masterkey").as_user("1a5f91c9")
    record: dict[str, JSON] = {
        "_access": [{"level": "read", "public": True}],
        "_id": "task/t1",
        "description": "Complete the sales report",
        "reviewer": {"$type": "ref", "$id": "user/1a5f91c9"},
    }

    session.call("record:save", {"database_id": "_public", "records": [record]})
    session.call("record:delete", {"database_id": "_public", "ids": ["task/t1"]})

    saved, deleted = users.sent()
    assert (saved["_user_id"], saved["records"]) == ("1a5f91c9", [record])
    assert deleted["ids"] == ["task/t1"]
    assert users.rows == {}
    assert users.headers[0]["X-Skygear-API-Key"] == "masterkey"


def test_the_same_is_said_with_models(users: Users) -> None:
    users.put("task/cdfc7bb4", description="Report")
    session = users.open()

    found = session.query(Task).get("cdfc7bb4")

    assert (found.id, found.description) == (RecordID("task", "cdfc7bb4"), "Report")


# secrets


LETTERS = string.ascii_letters + string.digits + "-_.~+/="
KEYS = st.text(LETTERS, min_size=5).map("Canary{}".format)
TROUBLES: list[tuple[int, Callable[[bytes], bytes]]] = [
    (502, lambda echo: b"<html>" + echo + b"</html>"),
    (200, lambda echo: b"<html>" + b"x" * 180 + echo),
    (200, lambda echo: echo),
    (200, lambda echo: b'{"result":"' + echo + b'"}'),
    (200, lambda echo: b'{"result":[{"_id":"task/t","_type":"' + echo + b'"}]}'),
    (200, lambda echo: b'{"result":[],"info":{"count":"' + echo + b'"}}'),
    *(
        (400, lambda echo, code=code: _refusal(code, echo.decode()))
        for code in [*range(101, 130), *range(10000, 10006), 20001]
    ),
]


def _refusal(code: int, echo: str) -> bytes:
    info = {"trace": [echo, {"echo": echo}]}
    error = {"code": code, "name": "X", "message": f"said {echo}", "info": info}
    return json.dumps({"error": error}).encode()


def uses(query: RecordQuery[Task]) -> list[Callable[[], object]]:
    session = query.backend
    assert isinstance(session, SkygearSession)
    return [
        query.all,
        query.count,
        lambda: session.get(Task, "t"),
        lambda: session.save(Task(description="A")).raise_for_failures(),
        lambda: session.delete(Task.ref("t")).raise_for_failures(),
        lambda: session.call("anything"),
        lambda: session.login(username="ann", password="canary-password"),
        lambda: session.change_password("canary-password", "canary-password-2"),
        lambda: session.login_with_token("canary-password"),
        session.logout,
    ]


def seen(error: BaseException | None) -> str:
    """Return all that an error shows: its texts, data and causes."""
    if error is None:
        return ""
    shown = [str(error), repr(error), repr(error.args), repr(vars(error))]
    return "\n".join([*shown, seen(error.__cause__), seen(error.__context__)])


@settings(
    max_examples=15,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
    deadline=None,
)
@given(KEYS, KEYS, st.data())
def test_no_error_shows_a_secret(
    caplog: pytest.LogCaptureFixture, key: str, token: str, data: st.DataObject
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = [key, token + key, "canary-password"]
    for status, trouble in TROUBLES:

        def answer(request: Request) -> Response:
            echo = " ".join(request.headers.values()).encode() + request.body
            return Response(status, {}, trouble(echo))  # noqa: B023  # asked at once

        settings = Skygear(ENDPOINT, api_key=key, access_token=token + key)
        session = connect(settings, transport=LogTransport(MockTransport(answer)))
        act = data.draw(st.sampled_from(uses(session.query(Task))))

        try:
            act()
        except SkysynError as error:
            shown = seen(error) + caplog.text
        else:
            shown = caplog.text
        assert [secret for secret in secrets if secret in shown] == []
        assert key[:8] not in shown


@given(KEYS, KEYS)
def test_nothing_that_is_shown_has_a_secret(key: str, token: str) -> None:
    settings = Skygear(ENDPOINT, api_key=key, access_token=token + key)
    session = connect(settings, transport=MockTransport(lambda _: Response(200)))
    query = session.query(Task).filter(Task.description == "A")
    task = Task(description="A")

    shown = [
        *map(repr, [settings, session, session.transport, session.roles, query, task]),
        *map(str, [settings, session, query]),
        repr(session.as_user("u")),
        query.explain(),
        repr(settings.encode(Select("task"))),
    ]

    assert [text for text in shown if key in text or token in text] == []


def test_the_key_that_the_server_quotes_is_masked() -> None:
    error = {"code": 103, "message": "Cannot verify api key: `canary-key`"}

    with pytest.raises(AuthenticationError) as caught:
        answering(401, json.dumps({"error": error}).encode()).me()

    assert caught.value.message == "Cannot verify api key: `***`"


def test_what_a_login_answers_hides_the_token(users: Users) -> None:
    found = users.open().signup(username="ann", password="pw")

    assert found.access_token == "token-1"
    assert "token-1" not in repr(found)


def test_a_session_with_its_secrets_is_not_pickled(users: Users) -> None:
    with pytest.raises(StateError, match="not pickled"):
        pickle.dumps(users.open())


def test_credentials_in_an_endpoint_are_refused_unseen() -> None:
    with pytest.raises(DeclarationError) as caught:
        Skygear("https://ann:canary-password@app.example.com", api_key="k")

    assert "canary-password" not in seen(caught.value)


# answers that are not Skygear's


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html><title>Log in to the hotel network</title></html>"),
        (502, b"<html>Bad gateway</html>"),
        (400, b""),
        (200, b""),
        (200, b'{"result":[{"_id":"task/t"'),
        (200, b"[]"),
        (200, b'"text"'),
        (200, b'{"result":{"a":1}}'),
        (200, b'{"result":[1]}'),
        (200, b'{"error":"text"}'),
        (500, b"{}"),
        (302, b'{"result":[]}'),
        (200, b"\xff\xfe"),
        (200, b"[" * 100000),
    ],
)
def test_another_answer_is_a_protocol_error(status: int, body: bytes) -> None:
    session = answering(status, body)

    for ask in (session.query(Task).all, lambda: session.get(Task, "t")):
        with pytest.raises(ProtocolError) as caught:
            ask()

        found = caught.value
        assert found.status == status
        assert found.start == body.decode("utf-8", "replace")[:200]
        assert str(status) in str(found)


def test_an_answer_with_other_entries_than_asked_is_a_protocol_error() -> None:
    session = answering(200, b'{"result":[]}')

    with pytest.raises(ProtocolError, match="1 items were sent, but 0 were answered"):
        session.get(Task, "t")


def test_a_login_without_a_token_is_a_protocol_error() -> None:
    session = answering(200, b'{"result":{"user_id":"ann"}}')

    with pytest.raises(ProtocolError, match="auth:login answered something else"):
        session.login(username="ann", password="pw")
    assert session.dialect.access_token is None


def test_an_error_has_all_that_the_server_said() -> None:
    body = b'{"error":{"code":20001,"name":"Mine","message":"no","info":{"a":1}}}'
    transport = MockTransport(
        lambda _: Response(500, {"x-skygear-request-id": "req-9"}, body)
    )
    session = connect(Skygear(ENDPOINT, api_key="k"), transport=transport)

    with pytest.raises(RemoteError) as caught:
        session.call("anything")

    found = caught.value
    assert (found.code, found.name, found.message) == (20001, "Mine", "no")
    assert (found.info, found.status, found.request_id) == ({"a": 1}, 500, "req-9")
    assert str(found) == "20001 Mine: no (request req-9)"


# several sessions


def test_two_sessions_share_nothing() -> None:
    first, second = Users(), Users()
    one, two = first.open(), second.open()

    one.signup(username="ann", password="pw")
    two.save(Task(description="A").with_id("t"))

    assert two.dialect.access_token is None
    assert (first.rows, len(second.rows)) == ({}, 1)
    assert (len(first.sent()), len(second.sent())) == (1, 1)


def test_sessions_made_of_another_keep_to_themselves(users: Users) -> None:
    session = users.open()
    private = session.database("_private")

    private.signup(username="ann", password="pw")

    assert session.dialect.access_token is None
    assert session.dialect.database == "_public"


def test_threads_share_a_session(users: Users) -> None:
    session = users.open()

    def save(i: int) -> bool:
        return session.save(Task(description=str(i)).with_id(str(i))).is_complete

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(save, range(50)))

    assert all(done)
    assert len(users.rows) == 50


def test_closing_gives_back_the_transport() -> None:
    closed: list[str] = []

    class Noted(MockTransport):
        def close(self) -> None:
            closed.append("closed")

    with connect(
        Skygear(ENDPOINT, api_key="k"), transport=Noted(lambda _: Response(200))
    ):
        assert closed == []

    assert closed == ["closed"]

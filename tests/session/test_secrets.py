"""Nothing that is shown has a secret."""

from __future__ import annotations

import json
import logging
import pickle
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skysyn import MockTransport, Request, Response, Skygear, SkygearSession, connect
from skysyn.errors import AuthenticationError, DeclarationError, SkysynError, StateError
from skysyn.models import Select
from skysyn.transport import LogTransport

from .answering import answering
from .service import ENDPOINT
from .tasks import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import RecordQuery

    from .users import Users

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

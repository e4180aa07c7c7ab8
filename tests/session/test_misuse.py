"""What a Skygear session cannot be asked is refused before anything is sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from skysyn import (
    Accsyn,
    Field,
    MockTransport,
    Record,
    RecordID,
    Response,
    Skygear,
    connect,
)
from skysyn.accsyn import Transfer
from skysyn.errors import SkysynError

if TYPE_CHECKING:
    from collections.abc import Callable


class Task(Record):
    title: Field[str]


T = Task(title="x")
MISUSES: list[tuple[Callable[[Any], object], str]] = [
    (lambda s: s.get("task", "1"), "'task' is no model: pass the class"),
    (lambda s: s.get(None, "1"), "None is no model"),
    (lambda s: s.get(T, "1"), "is no model"),
    (lambda s: s.get(Task, 5), "the key of a Task is a text or a RecordID, not 5"),
    (lambda s: s.get(Task, T), "is a text or a RecordID, not Task"),
    (lambda s: s.get(Task, Task.ref("1")), r"is a text or a RecordID, not Ref\("),
    (lambda s: s.get(Task, RecordID("task", 5)), "not 5"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a misuse
    (lambda s: s.get(Task, ""), "not empty"),
    (lambda s: s.get(Record, "1"), "Record is abstract"),
    (lambda s: s.fetch("task/1"), r"write Model\.ref\(key\)"),
    (lambda s: s.save(None), "None is no record"),
    (lambda s: s.save([T]), r"as in save\(\*records\)"),
    (lambda s: s.delete(Task), "is no record or reference"),
    (lambda s: s.refresh("x"), "'x' is no record"),
    (lambda s: s.query("task"), "'task' is no model"),
    (lambda s: s.query(T), "is no model"),
    (lambda s: s.query(Transfer), "is a model of accsyn"),
    (lambda s: s.database(5), "no database 5"),
    (lambda s: s.as_user(T), r"as_user\(\) takes the id of a user"),
    (lambda s: s.login(auth_data="x"), "is a dict of keys of the user, not 'x'"),
    (lambda s: s.signup(profile=[1]), r"profile= is a dict of fields, not \[1\]"),
    (lambda s: s.login_with_provider("x", None), "is a dict of what it knows"),
    (lambda s: s.reset_password(None, "x"), r"reset_password\(\) takes the id"),
    (lambda s: s.disable(T), r"disable\(\) takes the id of a user"),
    (lambda s: s.disable("u", expiry="soon"), "expiry= is a datetime, not 'soon'"),
    (lambda s: s.disable("u", expiry=datetime(2020, 1, 1)), "no time zone"),  # noqa: DTZ001  # so it is
    (lambda s: s.enable(""), r"enable\(\) takes the id of a user"),
    (lambda s: s.call(5), r"call\(\) takes the name of an action, not 5"),
    (lambda s: s.call("me", [1]), r"call\('me'\) takes a dict besides, not \[1\]"),
    (lambda s: s.call("x", {"a": object()}), r"object at \$\.a is not plain JSON"),
    (lambda s: s.execute(None), r"execute\(\) takes an operation"),
    (lambda s: s.explain(Task.query()), "a query has methods of its own"),
    (lambda s: s.publish(None, {}), "None is no channel"),
    (lambda s: s.subscribe("a", buffer=0), "at least 1, not 0"),
    (lambda s: s.watch(Task), r"watch\(\) takes queries, such as Task\.query\(\)"),
    (lambda s: s.push_user("u", None), "takes a Notification, or a dict"),
    (lambda s: s.push_user("u", "hello"), "takes a Notification, or a dict"),
    (lambda s: s.push_users("bob", {"apns": {}}), r"write \['bob'\]"),
    (lambda s: s.push_users([5], {"apns": {}}), "5 is no id of a user"),
    (lambda s: s.push_devices(5, {"apns": {}}), r"devices are a list: write \[5\]"),
    (lambda s: s.roles.get(5), r"users are a list: write \[5\]"),
    (lambda s: s.roles.assign("x", ["y"]), r"users are a list: write \['x'\]"),
]


@pytest.mark.parametrize(("misuse", "words"), MISUSES)
def test_a_misuse_is_refused_and_nothing_is_sent(
    misuse: Callable[[Any], object], words: str
) -> None:
    transport = MockTransport(lambda _: Response(200, {}, b'{"result":[]}'))
    session = connect(Skygear("http://127.0.0.1", api_key="k"), transport=transport)

    with pytest.raises(SkysynError, match=words):
        misuse(session)
    assert transport.requests == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (lambda: Skygear(5), "endpoint is the URL of the app"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a misuse
        ({"api_key": 5}, "api_key= is text, not int"),
        ({"access_token": b"hidden"}, "access_token= is text, not bytes"),
        ({"user_id": T}, "user_id= is the id of a user, not Task"),
        ({"database": 5}, "no database 5"),
    ],
)
def test_settings_of_skygear_are_text(settings: Any, words: str) -> None:
    make = settings if callable(settings) else lambda: Skygear("http://x", **settings)

    with pytest.raises(SkysynError, match=words):
        make()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"workspace": 5}, "workspace is its short code, such as 'acmefilm', not 5"),
        ({"username": 5}, "username= is an email address, not 5"),
        ({"api_key": 5}, "api_key= is text, not int"),
        ({"password": b"hidden"}, "password= is text, not bytes"),
        ({"session_key": 5}, "session_key= is text, not int"),
        ({"hostname": 5}, "hostname= is the name of a server, not 5"),
        ({"port": "x"}, "port= is a whole number, not 'x'"),
        ({"port": -1}, "ports are 1 to 65535"),
    ],
)
def test_settings_of_accsyn_are_text(settings: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "workspace": "w",
        "username": "u",
        "api_key": "k",
        **settings,
    }

    with pytest.raises(SkysynError, match=words):
        Accsyn(**given)

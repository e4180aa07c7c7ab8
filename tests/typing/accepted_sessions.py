"""What sessions do with models; every line is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import assert_type

import attrs

from skysyn import (
    JSON,
    MockTransport,
    Record,
    RecordQuery,
    Report,
    Response,
    Session,
    Skygear,
    SkygearSession,
    bind,
    connect,
    set_default,
)
from skysyn.errors import ConversionError, SkysynError
from skysyn.models import Reference
from skysyn.pubsub import Changed, Gap, Message, Subscription, Unreadable
from skysyn.push import FCM, Alert, APNs, Notification, PushReport
from skysyn.session import AuthResult, Failure, FetchReport

from .people import User
from .tasks import Chore, Task


@attrs.frozen
class Weather:
    degrees: float


def opened() -> SkygearSession:
    settings = Skygear("https://app.example.com", api_key="k")
    assert_type(connect(settings), SkygearSession)
    with connect(settings) as session:
        assert_type(session, SkygearSession)
    return connect(settings, transport=MockTransport(lambda _: Response(200)))


def find(session: SkygearSession) -> None:
    assert_type(session.query(Task), RecordQuery[Task])
    assert_type(Task.query(session), RecordQuery[Task])
    query = session.query(Task).filter(Task.done == False)
    assert_type(query.all(), list[Task])
    assert_type(query.first(), Task | None)
    assert_type(query.one(), Task)
    assert_type(query.one_or_none(), Task | None)
    assert_type(query.count(), int)
    assert_type(query.exists(), bool)
    assert_type(query.get("t-1"), Task)
    assert_type(query.page(), tuple[list[Task], int])
    assert_type(query.pages(), Iterator[list[Task]])
    assert_type(query.explain(), str)
    assert_type(list(query), list[Task])
    assert_type([task.title for task in query], list[str])
    assert_type(session.get(Task, "t-1"), Task)
    assert_type(session.get(Task, "t-1").owner.load(), User)
    assert_type(session.get(User, Task.ref("t").load().id), User)
    assert_type(Task.ref("t-1"), Reference[Task])
    assert_type(Task.ref("t-1").load(), Task)
    assert_type(session.fetch(Task.ref("t-1"), Task.ref("t-2")), FetchReport[Task])
    assert_type(session.fetch(Task.ref("t-1")).found, list[Task])
    assert_type(session.fetch(*[Task.ref("t")], scope="_private"), FetchReport[Task])
    assert_type(session.fetch(session.get(Task, "t-1")), FetchReport[Task])
    assert_type(session.fetch(session.get(Task, "t-1").owner), FetchReport[User])


def change(session: SkygearSession, task: Task, user: User, chore: Chore) -> None:
    assert_type(task.save(), Task)
    assert_type(task.refresh(), Task)
    assert_type(chore.save().room, str)
    assert_type(session.save(task), Report[Task])
    assert_type(session.save(task, task, atomic=True), Report[Task])
    assert_type(session.save(task).saved, list[Task])
    assert_type(session.save(task).failed, list[Failure[Task]])
    assert_type(session.save(task).unknown, list[Failure[Task]])
    assert_type(session.save(task).failed[0].record, Task)
    assert_type(session.save(task).failed[0].error, SkysynError)
    assert_type(session.save(task).is_complete, bool)
    assert_type(session.save(task).resolve(), Report[Task])
    several: Report[Task | User] = session.save(task, user)
    assert_type(several.saved, list[Task | User])
    records: Report[Record] = session.save(task, user, chore)
    assert_type(records.saved, list[Record])
    deleted = session.delete(task, Task.ref("t-2"))
    assert_type(deleted, Report[Task | Reference[Task]])
    session.save(task, user).raise_for_failures()
    session.delete(task, user).raise_for_failures()
    session.refresh(task, user)
    task.delete()


def log_in(session: SkygearSession) -> None:
    assert_type(session.login(username="u", password="p"), AuthResult)
    assert_type(session.signup(profile={"name": "Ann"}), AuthResult)
    assert_type(session.me().user_id, str)
    assert_type(session.me().roles, tuple[str, ...])
    assert_type(session.me().profile, Mapping[str, JSON])
    assert_type(session.me().last_login_at, datetime | None)
    assert_type(session.as_user("u-7"), SkygearSession)
    assert_type(session.database("_private"), SkygearSession)
    assert_type(session.roles.get(["u-7"]), Mapping[str, tuple[str, ...]])
    assert_type(session.call("record:query", {"record_type": "task"}), JSON)
    assert_type(session.dialect, Skygear)


def listen(session: SkygearSession) -> None:
    with session.subscribe("a", "b") as messages:
        for event in messages:
            assert_type(event, Message[JSON] | Gap | Unreadable)
    typed = session.subscribe("a", data_type=Weather, buffer=5)
    assert_type(typed, Subscription[Weather])
    match typed.receive(5):
        case Message(channel=channel, data=data):
            assert_type(channel, str)
            assert_type(data, Weather)
        case Gap(channels=channels, lost=lost):
            assert_type(channels, frozenset[str])
            assert_type(lost, int | None)
        case Unreadable(error=error):
            assert_type(error, ConversionError)
    session.publish("a", Weather(21.5))
    watched = session.watch(Task.query(session))
    assert_type(watched.receive(), Changed[Task] | Gap)


def push(session: SkygearSession) -> None:
    news = Notification(apns=APNs(alert=Alert("T")), fcm=FCM(title="T"))
    assert_type(session.push_user("u", news), PushReport)
    assert_type(session.push_users(["u"], {"gcm": {}}).found, tuple[str, ...])
    session.push_device("d", news, topic="t")
    session.push_devices(["d"], news)


def current(session: SkygearSession, other: Session[Skygear]) -> None:
    Task.bind(session)
    Task.bind(None)
    set_default(session)
    set_default(None)
    with bind(session, other):
        assert_type(Task.query().first(), Task | None)

"""A story of two users, told by our own client without a socket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from skysyn import (
    ACL,
    Field,
    Location,
    Record,
    Ref,
    Sequence,
    SkygearSession,
    connect,
    field,
)
from skysyn.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    PartialFailure,
    PermissionDenied,
    SessionExpired,
)
from skysyn.server import Server, WSGITransport

from .asking import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Location(114.17, 22.32)


class Person(Record, type="story_person"):
    name: Field[str]
    age: Field[int | None] = field(default=None)


class Task(Record, type="story_task"):
    title: Field[str]
    number: Field[int | Sequence] = field(factory=Sequence)
    due: Field[datetime | None] = field(default=None)
    tags: Field[list[str]] = field(factory=list[str])
    where: Field[Location | None] = field(default=None)
    reviewer: Field[Ref[Person] | None] = field(default=None)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(settings()) as made:
        yield made


@pytest.fixture
def ada(server: Server) -> SkygearSession:
    return logged_in(server, "ada")


@pytest.fixture
def bob(server: Server) -> SkygearSession:
    return logged_in(server, "bob")


def logged_in(server: Server, name: str) -> SkygearSession:
    session = connect(server.client(), transport=WSGITransport(server))
    session.signup(username=name, password="secret")
    return session


def test_records_are_saved_found_changed_and_deleted(ada: SkygearSession) -> None:
    due = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    with ada:
        task = Task(title="write", due=due, tags=["a"], where=HERE).save()
        again = ada.get(Task, task.id)
        again.title = "rewrite"
        again.save()
        found = Task.query().filter(Task.title == "rewrite", Task.due == due).one()
        found.delete()

        assert (task.number, found.tags, found.where) == (1, ["a"], HERE)
        assert Task.query().count() == 0


def test_references_are_followed_and_included(ada: SkygearSession) -> None:
    with ada:
        ann, ben = Person(name="Ann", age=30), Person(name="Ben", age=40)
        ada.save(ann, ben).raise_for_failures()
        one = Task(title="one", reviewer=ann, where=HERE)
        two = Task(title="two", reviewer=ben, where=Location(114.2, 22.3))
        ada.save(one, two, Task(title="three"))

        older = Task.query().filter(Task.reviewer.to.age > 35).all()
        loaded = Task.query().include(Task.reviewer).order_by(Task.title).all()
        near = Task.query().filter(Task.where.distance_to(HERE) < 1000).all()

    names = [t.reviewer.load().name for t in loaded if t.reviewer is not None]
    assert [[t.title for t in older], names, [t.title for t in near]] == [
        ["two"],
        ["Ann", "Ben"],
        ["one"],
    ]


def test_access_lists_keep_others_out(ada: SkygearSession, bob: SkygearSession) -> None:
    with ada:
        secret = Task(title="secret", acl=ACL.owner_only()).save()
        shared = Task(title="shared", acl=ACL.public_read()).save()
    with bob:
        seen = [task.title for task in Task.query().all()]
        mine = bob.get(Task, shared.id)
        mine.title = "bob's"

        with pytest.raises(PermissionDenied):
            mine.save()
        with pytest.raises(PermissionDenied):
            bob.get(Task, secret.id)

    assert seen == ["shared"]


def test_atomic_saves_are_whole_or_nothing(
    ada: SkygearSession, bob: SkygearSession
) -> None:
    with ada:
        mine = Task(title="mine", acl=ACL.public_read()).save()
    with bob:
        theirs = bob.get(Task, mine.id)
        theirs.title = "taken"
        report = bob.save(Task(title="new"), theirs, atomic=True)

        assert [type(f.error) for f in report.failed] == [
            PartialFailure,
            PermissionDenied,
        ] or len(report.failed) == 2
        assert [task.title for task in Task.query().all()] == ["mine"]


def test_private_databases_are_private(
    ada: SkygearSession, bob: SkygearSession
) -> None:
    with ada.database("_private"):
        diary = Task(title="dear diary").save()
    with bob.database("_private"):
        assert Task.query().all() == []
    with bob, pytest.raises(NotFound):
        bob.get(Task, diary.id)


def test_sessions_end(server: Server, ada: SkygearSession) -> None:
    other = connect(server.client(), transport=WSGITransport(server))
    other.login(username="ADA", password="secret")
    ada.call("auth:password", {"old_password": "secret", "password": "new"})

    with pytest.raises(SessionExpired):
        other.me()
    with pytest.raises(AuthenticationError):
        other.login(username="ada", password="secret")
    with pytest.raises(Conflict):
        other.signup(username="Ada", password="x")
    with pytest.raises(NotFound):
        other.login(username="nobody", password="x")

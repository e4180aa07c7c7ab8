"""Watching queries, at a local server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn import JSON, Field, Record, RecordQuery, Ref, SkygearSession, connect, field
from skysyn.errors import (
    AuthenticationError,
    ProtocolError,
    QueryError,
    StateError,
    TimedOut,
    Unavailable,
)
from skysyn.pubsub import Changed, Gap
from skysyn.server import Server, Serving
from skysyn.session.watching import Registration, register_device, subscribe
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

SOON = 60.0
"""What comes at once, on a machine that does not do something else meanwhile."""


class Topic(Record):
    name: Field[str]


class Note(Record):
    title: Field[str]
    number: Field[int] = field(default=0)
    topic: Field[Ref[Topic] | None] = field(default=None)


@pytest.fixture
def session() -> Iterator[SkygearSession]:
    with Server() as server, Serving(server) as serving:
        session = connect(server.client(serving.endpoint))
        session.signup(username="ada", password="secret")
        session.save(Note(title="first"), Topic(name="t")).raise_for_failures()
        with session:
            yield session


def test_changes_of_what_a_query_finds_are_told(session: SkygearSession) -> None:
    red, blue = (Note.query().filter(Note.title == name) for name in ("red", "blue"))
    note = Note(title="red")

    with session.watch(red, blue) as changes:
        session.save(note, Note(title="green"))
        made = changes.receive(SOON)
        note.title = "blue"
        note.save()
        moved = changes.receive(SOON)
        note.delete()
        gone = changes.receive(SOON)

    told = [one for one in (made, moved, gone) if isinstance(one, Changed)]
    assert [one.query for one in told] == [red, blue, blue]
    assert told[0].number < told[1].number < told[2].number


def test_a_watch_that_is_closed_leaves_nothing_behind(session: SkygearSession) -> None:
    changes = session.watch(Note.query())
    device: dict[str, JSON] = {"device_id": changes.device}
    changes.close()

    with pytest.raises(StateError, match="closed"):
        changes.receive()
    assert list(changes) == []
    assert session.call("subscription:fetch_all", device) is None


def test_nothing_is_told_of_other_records(session: SkygearSession) -> None:
    with session.watch(Note.query().filter(Note.number.is_in([5, 6]))) as changes:
        Note(title="x", number=7).save()

        with pytest.raises(TimedOut):
            changes.receive(0.3)


def test_a_server_that_comes_back_is_watched_again() -> None:
    with Server() as server:
        port = free_port()
        with Serving(server, port=port) as first:
            session = connect(server.client(first.endpoint))
            session.signup(username="ada", password="secret")
            session.save(Note(title="x")).raise_for_failures()
            query = session.query(Note)
            changes = session.watch(query)
        with Serving(server, port=port):
            gap = changes.receive(SOON)
            session.save(Note(title="y")).raise_for_failures()

            assert isinstance(gap, Gap)
            assert isinstance(changes.receive(SOON), Changed)
            changes.close()
        session.close()


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (Note.query().limit(5), "conditions only"),
        (Note.query().order_by(Note.title), "conditions only"),
        (Note.query().filter(Note.number > 5), "cannot be watched"),
        (Note.query().filter(~Note.title.like("a%")), "cannot be watched"),
        (Note.query().filter(Note.topic.to.name == "x"), "cannot be watched"),
        (
            Note.query().filter((Note.title == "x") | (Note.number < 1)),
            "cannot be watched",
        ),
    ],
)
def test_what_would_end_a_server_of_the_original_is_refused(
    session: SkygearSession, query: RecordQuery[Note], why: str
) -> None:
    with pytest.raises(QueryError, match=why):
        session.watch(query)


def test_something_is_watched(session: SkygearSession) -> None:
    with pytest.raises(QueryError, match="at least one query"):
        session.watch()


def test_nobody_watches_without_a_login(session: SkygearSession) -> None:
    session.logout()

    with pytest.raises(AuthenticationError):
        session.watch(Note.query())


def test_what_the_server_refuses_is_raised() -> None:
    refused: JSON = [{"_id": "s", "_type": "error", "message": "no such device"}]
    answers: list[JSON] = [{"ok": True}, refused]
    registration = Registration(lambda _, __: answers.pop(), "d", "_public", ("s",))

    with pytest.raises(Unavailable, match="no such device"):
        subscribe(registration, {"s": Note.query()})
    with pytest.raises(ProtocolError):
        subscribe(registration, {"s": Note.query()})
    with pytest.raises(ProtocolError):
        register_device(lambda _, __: "device")

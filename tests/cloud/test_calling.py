"""Functions of cloud code give clients typed values and errors."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs
import msgspec
import pytest

from skysyn import Field, Location, Record, SkygearSession, connect
from skysyn.cloud import App, PlainRecord, refuse
from skysyn.errors import NotFound, RemoteError
from skysyn.server import Server, WSGITransport
from tests.server.asking import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn import JSON

AT = datetime(2020, 1, 2, tzinfo=UTC)


class Note(Record):
    title: Field[str]
    at: Field[datetime | None]


@attrs.frozen
class Found:
    note: Note | None
    where: Location


@dataclasses.dataclass
class Day:
    at: datetime


class Count(msgspec.Struct):
    so_many: int


class SoldOut(RemoteError):
    """The thing is sold."""


def improve(record: PlainRecord) -> PlainRecord:
    record["title"] = f"good {record['title']}"
    return record


def find(at: datetime, where: Location) -> dict[str, object]:
    note = Note(title=f"{at:%Y}", at=at).with_id("2")
    return {"note": note, "where": where}


def look(where: Location) -> list[Found | Day | Count]:
    return [Found(None, where), Day(AT), Count(2)]


def buy(food: str) -> None:
    raise refuse(5001 if food == "cod" else 110, "none left", info={"food": food})


@pytest.fixture
def session(app: App, tmp_path: Path) -> Iterator[SkygearSession]:
    """Who calls the functions above, and has a note."""
    app.op("improve")(improve)
    app.op("find")(find)
    app.op("look")(look)
    app.op("buy")(buy)
    with Server(settings(database=str(tmp_path / "db")), app) as server:
        session = connect(server.client(), transport=WSGITransport(server))
        session.signup(username="ada", password="secret")
        session.save(Note(title="tea", at=AT).with_id("1")).raise_for_failures()
        yield session


def test_a_record_goes_in_and_comes_back_and_is_saved(session: SkygearSession) -> None:
    note = session.op("improve", Note)(session.get(Note, "1"))
    said, note.at = note.title, None
    note.save()

    assert (said, session.get(Note, "1").at) == ("good tea", None)


def test_values_go_in_and_come_back(session: SkygearSession) -> None:
    found = session.op("find", Found)(at=AT, where=Location(1, 2))

    assert found.where == Location(1, 2)
    assert found.note is not None
    assert (found.note.id.key, found.note.title, found.note.at) == ("2", "2020", AT)


def test_objects_of_classes_travel_as_what_they_hold(session: SkygearSession) -> None:
    place: JSON = {"$type": "geo", "$lng": 1, "$lat": 2}
    date: JSON = {"$type": "date", "$date": "2020-01-02T00:00:00Z"}

    found = session.op("look")(Location(1, 2))

    assert found == [{"note": None, "where": place}, {"at": date}, {"so_many": 2}]


def test_what_is_refused_is_a_typed_error(session: SkygearSession) -> None:
    buying = session.op("buy", int, errors={5001: SoldOut})

    with pytest.raises(SoldOut) as sold:
        buying("cod")
    with pytest.raises(NotFound, match="none left"):
        buying("eel")
    assert (sold.value.code, sold.value.info) == (5001, {"food": "cod"})

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import attrs
import pytest

from skysyn import Field, Record, Response, connect
from skysyn.models import Call
from skysyn.server import Server, WSGITransport
from skysyn.testing import files
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.modes import Mode
from skysyn.testing.standins import IDS, StandIns
from skysyn.transport import MockTransport

from .service import Echo, cassette, record, request

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn import JSON
    from skysyn.transport import Request


class Note(Record):
    title: Field[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notes.yaml"


def story(path: Path, mode: Mode, *titles: str) -> str:
    """Let somebody sign up and save notes; return what the file then holds."""
    with Server() as server, cassette(path, mode) as recording:
        transport = CassetteTransport(recording, lambda: WSGITransport(server))
        with connect(server.client(), transport=transport) as session:
            session.signup(username="ada", password="a-good-password")
            for title in titles:
                note = Note(title=title).save()
                assert session.query(Note).filter(Note.id == note.id).one() == note
    return path.read_text().partition("interactions:")[2]


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.REWRITE])
def test_what_is_recorded_again_is_written_as_before(path: Path, mode: Mode) -> None:
    before = story(path, Mode.ONCE, "a", "b")

    assert story(path, mode, "a", "b") == before


def test_what_joins_a_recording_is_no_other_thing_in_it(path: Path) -> None:
    for number in range(1, 5):
        with cassette(path, Mode.NEW) as recording:
            transport = CassetteTransport(recording, Echo)
            for title in "abcd"[:number]:
                row = {"_id": f"note/{uuid4()}", "title": title}
                transport.send(request("record:save", records=[row]))

    loaded = files.load(path)
    assert loaded is not None
    bodies = [json.loads(one.request.body) for one in loaded.exchanges]
    assert len({body["records"][0]["_id"] for body in bodies}) == len(bodies) == 4


def moments(path: Path) -> list[str]:
    """Return when each note of a recording was made, by its stand-in."""
    text = path.read_text().partition("interactions:")[2]
    return list(dict.fromkeys(re.findall(r"_created_at: '([^']+)'", text)))


def test_times_that_join_a_recording_come_after_those_it_has(path: Path) -> None:
    with Server() as server:
        for titles in ("a", "ab", "abc"):
            with cassette(path, Mode.NEW) as recording:
                transport = CassetteTransport(recording, lambda: WSGITransport(server))
                for title in titles:
                    transport.send(saving(server, title))

    found = [datetime.fromisoformat(one) for one in moments(path)]
    assert len(found) == 3
    assert found == sorted(found)


def saving(server: Server, title: str) -> Request:
    """Return the request that saves a note, as its administrator."""
    row: dict[str, JSON] = {"_id": f"note/{title}", "title": title}
    call = Call("record:save", {"records": [row], "database_id": "_public"})
    return server.master().encode(call)


def test_what_tells_people_what_is_asked_stays_when_others_join(path: Path) -> None:
    asks = {"operation": "query", "where": "name == 'Q'"}
    record(path, request("one"))
    before = files.load(path)
    assert before is not None
    told = [attrs.evolve(one, asks=asks) for one in before.exchanges]
    files.save(path, attrs.evolve(before, exchanges=told))

    with cassette(path, Mode.NEW) as recording:
        transport = CassetteTransport(recording, Echo)
        for name in ("one", "two"):
            transport.send(request(name))

    loaded = files.load(path)
    assert loaded is not None
    assert [one.asks for one in loaded.exchanges] == [asks, {}]


def test_an_id_gets_a_number_that_is_free() -> None:
    now = datetime.now(UTC)
    made = [f"{n:08x}-1111-4111-8111-111111111111" for n in range(3)]
    stand_ins = StandIns(now, now, set(made), taken={2, 3})

    found = [stand_ins.change(one) for one in made]

    assert [int(one[-4:], 16) for one in found] == [1, 4, 5]
    assert all(IDS.fullmatch(one) for one in found)


@pytest.mark.parametrize(
    ("hours", "seconds"), [(0, 4102444800), (24, 4102444800), (-9, None), (999, None)]
)
def test_urls_of_files_expire_never_in_a_recording(
    path: Path, hours: int, seconds: int | None
) -> None:
    now = int(datetime.now(UTC).timestamp()) + hours * 3600
    url = f"https://x/files/a?expiredAt={now}&signature=who-may-read-it"
    answer = Response(200, {}, json.dumps({"result": {"$url": url}}).encode())

    record(path, request("record:fetch"), through=MockTransport(lambda _: answer))

    loaded = files.load(path)
    assert loaded is not None
    shown = f"https://x/files/a?expiredAt={seconds or now}&signature=skysyn.signature.1"
    assert json.loads(loaded.exchanges[0].response.body)["result"] == {"$url": shown}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-05-05T10:00:00Z", "2000-01-01T00:00:00Z"),
        ("2026-05-05T10:00:00.12Z", "2000-01-01T00:00:00.000000Z"),
        ("2026-05-05T10:00:00.123Z", "2000-01-01T00:00:00.000000Z"),
        ("2026-05-05T10:00:00.1234+02:00", "2000-01-01T02:00:00.000000+02:00"),
        ("2026-05-05T10:00:00.123456Z", "2000-01-01T00:00:00.000000Z"),
    ],
)
def test_zeros_that_a_server_leaves_out_make_no_difference(
    text: str, shown: str
) -> None:
    moment = datetime.fromisoformat(text)
    stand_ins = StandIns(moment, moment + timedelta(seconds=1))
    stand_ins.learn_times([text])

    assert stand_ins.change(text) == shown

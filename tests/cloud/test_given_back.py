"""What a hook makes of a record is held to what clients may send."""

from __future__ import annotations

import math
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from skysyn.cloud import App, PlainRecord, wsgi
from skysyn.models import Location
from skysyn.server import Server
from skysyn.server.cloud import RemoteCode
from tests.server.asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

pytestmark = pytest.mark.slow

ITSELF: list[object] = []
ITSELF.append(ITSELF)
GARBAGE: list[tuple[str, object, int, str]] = [
    ("n", "abc", 114, "to string, and it is number"),
    ("n", True, 114, "to boolean, and it is number"),
    ("n", [1], 114, "to json, and it is number"),
    ("n", math.nan, 108, "to nan, which JSON has not"),
    ("n", -math.inf, 108, "to -inf, which JSON has not"),
    ("title", 1, 114, "to number, and it is string"),
    ("title", object(), 108, "to an object of object, which is no JSON"),
    ("title", 1j, 108, "to an object of complex, which is no JSON"),
    ("title", b"x", 108, "to an object of bytes, which is no JSON"),
    ("title", Location(1, 2), 114, "to location, and it is string"),
    ("data", "text", 114, "to string, and it is json"),
    ("data", {"deep": [math.inf]}, 108, "to inf, which JSON has not"),
    ("data", {1: 2}, 108, "to an object with the key 1"),
]
STRANGE = [10**400, ITSELF, {"$type": "nope"}]
"""What fails sooner where it travels, and in other words."""


@contextmanager
def in_another_process(app: App) -> Generator[RemoteCode]:
    """Run *app* behind a web server, as a program of its own is."""
    server = make_server("127.0.0.1", 0, wsgi(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield RemoteCode(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(params=["here", "elsewhere"])
def start(
    request: pytest.FixtureRequest, app: App, database: str
) -> Iterator[Callable[[], Asker]]:
    """Returns a user of a server whose cloud code is in it, or elsewhere."""
    with ExitStack() as stack:

        def run() -> Asker:
            code: Any = app
            if request.param == "elsewhere":
                code = stack.enter_context(in_another_process(app))
            server = Server(settings(database=database), code)
            return Asker(stack.enter_context(server)).signup("ada")

        yield run


def spoiling(app: App, spoilt: Mapping[str, tuple[str, object]]) -> None:
    """Let a hook set a field of the records with these keys."""

    @app.before_save("note", name="spoil")
    def spoil(record: PlainRecord) -> None:
        if record.id.key in spoilt:
            field, value = spoilt[record.id.key]
            record[field] = value


def note(key: str) -> dict[str, object]:
    """Return a record that has a column of each kind that is spoilt."""
    return {"_id": f"note/{key}", "n": 1, "title": "a", "data": {"a": 1}}


def test_what_no_client_could_send_is_the_error_of_its_record(
    app: App, start: Callable[[], Asker]
) -> None:
    spoilt = {str(n): (field, value) for n, (field, value, *_) in enumerate(GARBAGE)}
    spoiling(app, spoilt)

    ada = start()
    *bad, good = ada.save(*map(note, spoilt), note("good"))

    assert [(entry["code"], entry["message"].split("sets ")[1]) for entry in bad] == [
        (code, f"note.{field} {said}") for field, _, code, said in GARBAGE
    ]
    assert (good["_type"], ada.keys("note")) == ("record", ["good"])


def test_what_cannot_travel_is_the_error_of_its_record(
    app: App, start: Callable[[], Asker]
) -> None:
    spoilt = {str(n): ("data", value) for n, value in enumerate(STRANGE)}
    spoiling(app, spoilt)

    ada = start()
    *bad, good = ada.save(*map(note, spoilt), note("good"))

    assert [entry["_type"] for entry in bad] == ["error"] * len(STRANGE)
    assert (good["_type"], ada.keys("note")) == ("record", ["good"])


def test_in_an_atomic_save_it_undoes_everything(
    app: App, start: Callable[[], Asker]
) -> None:
    spoiling(app, {"bad": ("n", "abc"), "worse": ("n", math.nan)})

    ada = start()
    ada.save(note("old"))
    sent = [note("bad"), note("new"), note("worse")]
    error = ada.ask("record:save", records=sent, atomic=True)["error"]

    failed = {name: one["code"] for name, one in error["info"].items()}
    assert (error["code"], failed) == (115, {"note/bad": 114, "note/worse": 108})
    assert ada.keys("note") == ["old"]


def test_what_a_hook_leaves_alone_is_never_refused(
    app: App, start: Callable[[], Asker]
) -> None:
    @app.before_save("note")
    def look(record: PlainRecord) -> None:
        assert record

    ada = start()
    given = {
        **note("1"),
        "at": {"$type": "date", "$date": "2020-01-02T03:04:05Z"},
        "place": {"$type": "geo", "$lng": 1, "$lat": 2},
        "area": {"$type": "geojson", "$val": {"type": "Point", "coordinates": [1, 2]}},
        "next": {"$type": "ref", "$id": "note/1"},
        "number": {"$type": "seq"},
    }
    [made] = ada.save(given)
    [again] = ada.save({"_id": "note/1", "n": None})

    assert (made["_type"], again["_type"]) == ("record", "record")
    assert [again[name] for name in ("place", "next", "number", "data")] == [
        made[name] for name in ("place", "next", "number", "data")
    ]

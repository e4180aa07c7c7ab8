"""What each mode records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from filelock import FileLock

from skysyn.errors import CassetteError
from skysyn.testing import files
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.modes import Mode

from .playing import actions, play
from .service import Echo, cassette, record, request

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("mode", "sent", "kept"),
    [
        (Mode.NONE, [], ["one", "two"]),
        (Mode.ONCE, [], ["one", "two"]),
        (Mode.NEW, ["three"], ["one", "three", "two"]),
        (Mode.ALL, ["one", "three"], ["two", "one", "three"]),
        (Mode.REWRITE, ["one", "three"], ["one", "three"]),
    ],
)
def test_modes_record_what_they_say(
    path: Path, mode: Mode, sent: list[str], kept: list[str]
) -> None:
    record(path, request("one"), request("two"))
    upstream = Echo()
    asked = ["one", "three"] if len(kept) != 2 or sent else ["one", "two"]

    with cassette(path, mode, complete=False) as playing:
        transport = CassetteTransport(playing, lambda: upstream)
        for name in asked:
            transport.send(request(name))

    assert [json.loads(one.body)["action"] for one in upstream.requests] == sent
    assert actions(path) == kept


def test_what_joins_stands_where_it_was_asked(path: Path) -> None:
    record(path, request("one"), request("two"))
    asked = [request(name) for name in ("zero", "one", "between", "two", "three")]

    with cassette(path, Mode.NEW) as recording:
        transport = CassetteTransport(recording, Echo)
        for one in asked:
            transport.send(one)

    assert actions(path) == ["zero", "one", "between", "two", "three"]
    assert len(play(path, *asked)) == 5


def test_all_keeps_another_question_of_the_same_action(path: Path) -> None:
    record(path, request("lambda", n=1), request("lambda", n=2))

    with cassette(path, Mode.ALL) as playing:
        CassetteTransport(playing, Echo).send(request("lambda", n=2))

    loaded = files.load(path)
    assert loaded is not None
    asked = [json.loads(one.request.body)["n"] for one in loaded.exchanges]
    assert asked == [1, 2]


def test_what_joins_later_has_a_date_of_its_own(path: Path) -> None:
    record(path, request("one"))

    with cassette(path, Mode.NEW) as playing:
        transport = CassetteTransport(playing, Echo)
        transport.send(request("one"))
        transport.send(request("two"))

    loaded = files.load(path)
    assert loaded is not None
    assert [one.recorded_at is None for one in loaded.exchanges] == [True, False]


def test_a_failing_test_leaves_the_file_as_it_was(path: Path) -> None:
    record(path, request("one"))
    before = path.read_bytes()

    def test() -> None:
        with cassette(path, Mode.REWRITE) as recording:
            CassetteTransport(recording, Echo).send(request("two"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        test()

    assert path.read_bytes() == before


def test_the_same_test_makes_the_same_file(path: Path) -> None:
    def story() -> str:
        key = str(uuid4())
        save = {"_id": f"note/{key}", "title": "a"}
        fetch = request("record:fetch", ids=[f"note/{key}"])
        record(path, request("record:save", records=[save]), fetch)
        return path.read_text().partition("interactions:")[2]

    assert story() == story()


@pytest.mark.parametrize(
    ("mode", "kept"),
    [
        (Mode.ONCE, ["one"]),
        (Mode.NEW, ["two", "one"]),
        (Mode.ALL, ["one", "two"]),
    ],
)
def test_what_another_records_before_the_file_is_locked_is_kept(
    path: Path, mode: Mode, kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    acquire = FileLock.acquire

    def acquire_late(lock: FileLock) -> object:
        monkeypatch.setattr(FileLock, "acquire", acquire)
        record(path, request("one"))
        return lock.acquire()

    monkeypatch.setattr(FileLock, "acquire", acquire_late)

    with cassette(path, mode, complete=False) as recording:
        if recording.is_recording:
            CassetteTransport(recording, Echo).send(request("two"))

    assert actions(path) == kept


def test_several_play_at_once_what_is_recorded_once(path: Path) -> None:
    record(path, request("one"))

    with cassette(path, Mode.ONCE) as first, cassette(path, Mode.ONCE) as second:
        for playing in (first, second):
            CassetteTransport(playing).send(request("one"))

    assert [first.play_count, second.play_count] == [1, 1]


def test_a_file_that_cannot_be_read_is_not_kept_from_others(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("this is no cassette")
    with pytest.raises(CassetteError, match="is a mapping"):
        cassette(path, Mode.NEW).open()

    record(path, request("one"))

    assert actions(path) == ["one"]


def test_a_second_writer_is_told_of_the_first(path: Path) -> None:
    with (
        cassette(path, Mode.REWRITE),
        pytest.raises(CassetteError, match="another test or process is recording it"),
        cassette(path, Mode.REWRITE),
    ):
        pass

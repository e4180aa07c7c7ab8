"""What is played, and what is no question of the cassette."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from skysyn import Response
from skysyn.errors import CassetteError, CassetteMismatch
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.modes import Mode
from skysyn.transport import MockTransport, Request

from .playing import play, refused
from .service import Echo, cassette, record, request, result

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_recorded_is_played(path: Path) -> None:
    asked = [request("lambda", n=n) for n in range(3)]
    record(path, *asked)

    played = play(path, *asked)

    assert [result(one) for one in played] == [
        {"asked": {"action": "lambda", "n": n}, "n": n + 1} for n in range(3)
    ]


def test_what_means_the_same_is_the_same(path: Path) -> None:
    record(path, request("record:query", record_type="a", limit=5))

    other = Request(
        "POST",
        "https://elsewhere.example.com/",
        {"x-skygear-api-key": "another-key-there"},
        b'{"limit": 5, "record_type": "a",  "action": "record:query"}',
    )

    assert len(play(path, other)) == 1


@pytest.mark.parametrize(
    ("predicate", "term"),
    [
        (["eq", {"$type": "keypath", "$val": "done"}, False], "where"),
        (["eq", {"$type": "keypath", "$val": "due"}, True], "where"),
    ],
)
def test_another_condition_is_shown_in_its_own_terms(
    path: Path, predicate: list[object], term: str
) -> None:
    was = ["eq", {"$type": "keypath", "$val": "done"}, True]
    record(path, request("record:query", record_type="task", predicate=was))

    text = refused(
        path,
        request("record:query", record_type="task", predicate=predicate),
    )

    assert f"    {term}\n        recorded  done == True" in text
    assert text.endswith("pytest --sky-record=rewrite")


@pytest.mark.parametrize(
    ("was", "now", "is_hinted"),
    [
        ("2031-05-05T10:00:00Z", "2031-05-06T09:00:00Z", True),
        ("due 2031-05-05T10:00:00Z", "done 2031-05-06T09:00:00Z", False),
        ("a", "b", False),
    ],
)
def test_that_a_time_depends_on_the_day_is_told(
    path: Path, was: str, now: str, is_hinted: bool
) -> None:
    record(path, request("lambda", text=was))

    text = refused(path, request("lambda", text=now))

    assert ("`sky_clock` stops the time" in text) == is_hinted


def test_the_nearest_of_several_is_shown(path: Path) -> None:
    record(path, *(request("lambda", a=1, b=1, c=n) for n in range(3)))

    text = refused(path, request("lambda", a=1, b=9, c=0))

    assert "the nearest is interaction 1; they differ in\n    b\n" in text


def test_what_is_not_used_is_an_error(path: Path) -> None:
    record(path, request("one"), request("two"))

    assert "1 of 2 interactions were not used" in refused(path, request("one"))


def test_what_is_not_used_may_be_allowed(path: Path) -> None:
    record(path, request("one"), request("two"))

    assert len(play(path, request("one"), complete=False)) == 1


def test_once_more_than_recorded_is_an_error(path: Path) -> None:
    record(path, request("one"))

    text = refused(path, request("one"), request("one"))

    assert "once more than was recorded (1 times, interaction 1)" in text


def test_another_order_is_an_error(path: Path) -> None:
    record(path, request("one"), request("two"))

    text = refused(path, request("two"), request("one"))

    assert "interaction 2 is asked for too early" in text
    assert "before it comes interaction 1" in text


def test_another_order_may_be_allowed(path: Path) -> None:
    record(path, request("one"), request("two"))

    assert len(play(path, request("two"), request("one"), in_order=False)) == 2


def test_the_same_question_gets_its_answers_in_turn(path: Path) -> None:
    record(path, request("next"), request("next"))

    played = play(path, request("next"), request("next"))

    assert [json.loads(one.body)["result"]["n"] for one in played] == [1, 2]


def test_what_repeats_is_played_again_and_again(path: Path) -> None:
    record(path, request("one"))
    text = path.read_text().replace("- request:", "- repeat: true\n  request:")
    path.write_text(text)

    assert len(play(path, *[request("one")] * 5)) == 5


def test_a_mismatch_fails_even_if_the_test_catches_it(path: Path) -> None:
    record(path, request("one"))

    def test() -> None:
        with cassette(path, Mode.NONE) as playing:
            transport = CassetteTransport(playing)
            with pytest.raises(CassetteMismatch):
                transport.send(request("two"))
            transport.send(request("one"))

    with pytest.raises(CassetteMismatch):
        test()


def test_nothing_is_sent_while_playing(path: Path) -> None:
    record(path, request("one"))
    upstream = Echo()

    with (
        pytest.raises(CassetteMismatch),
        cassette(path, Mode.NONE) as playing,
    ):
        CassetteTransport(playing, lambda: upstream).send(request("two"))

    assert upstream.requests == []


def test_without_a_file_the_command_is_told(path: Path) -> None:
    text = refused(path, request("one"), command="pytest here --sky-record=once")

    assert "there is no such file" in text
    assert text.endswith("to record it:\n    pytest here --sky-record=once")


def test_what_is_left_out_does_not_delay_what_comes_later(path: Path) -> None:
    record(path, request("one"), request("two"), request("three"))

    assert len(play(path, request("two"), request("three"), complete=False)) == 2


def test_what_was_left_out_comes_too_late(path: Path) -> None:
    record(path, request("one"), request("two"))

    text = refused(path, request("two"), request("one"), complete=False)

    assert "interaction 1 is asked for too late" in text
    assert "after it came interaction 2" in text


def test_what_is_no_number_is_itself(path: Path) -> None:
    url = "https://app.example.com/record/query"
    asked = Request("POST", url, {}, b'{"record_type": "a", "limit": NaN}')
    record(path, asked, through=MockTransport(lambda _: Response(400)))

    assert [one.status for one in play(path, asked)] == [400]


def test_another_part_of_a_file_is_another_question(path: Path) -> None:
    def part(span: str) -> Request:
        return Request("GET", "https://app.example.com/files/a", {"Range": span})

    answers = MockTransport(
        lambda asked: Response(206, {}, asked.headers["Range"].encode())
    )
    record(path, part("bytes=0-4"), part("bytes=5-9"), through=answers)

    (last,) = play(path, part("bytes=5-9"), complete=False)

    assert last.body == b"bytes=5-9"


def test_a_cassette_of_another_service_is_refused(path: Path) -> None:
    record(path, request("one"))
    path.write_text(path.read_text().replace("service: skygear", "service: accsyn"))

    with pytest.raises(CassetteError, match="it is of accsyn"):
        play(path, request("one"))


def test_a_cassette_of_a_later_version_is_refused(path: Path) -> None:
    record(path, request("one"))
    path.write_text(path.read_text().replace("format: 1", "format: 2"))

    with pytest.raises(CassetteError, match="upgrade it"):
        play(path, request("one"))


def test_threads_open_one_way_to_the_service(path: Path) -> None:
    made: list[Echo] = []
    both = threading.Barrier(2)

    def make() -> Echo:
        # long enough for the other thread to come here, if it may
        with suppress(threading.BrokenBarrierError):
            both.wait(0.3)
        made.append(Echo())
        return made[-1]

    with cassette(path, Mode.REWRITE) as recording, ThreadPoolExecutor(2) as pool:
        transport = CassetteTransport(recording, make)
        list(pool.map(transport.send, [request("one"), request("two")]))

    assert [one.count for one in made] == [2]


def test_threads_get_their_own_answers(path: Path) -> None:
    def ask(transport: CassetteTransport, n: int) -> bool:
        found = json.loads(transport.send(request("lambda", n=n)).body)
        return bool(found["result"]["asked"]["n"] == n)

    barrier = threading.Barrier(4)

    def run(mode: Mode) -> list[bool]:
        with (
            cassette(path, mode) as playing,
            ThreadPoolExecutor(4, initializer=barrier.wait) as pool,
        ):
            transport = CassetteTransport(playing, Echo)
            return list(pool.map(partial(ask, transport), range(40)))

    assert run(Mode.REWRITE) + run(Mode.NONE) == [True] * 80

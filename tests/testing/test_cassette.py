from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from skysyn import Response, Skygear
from skysyn.errors import CassetteError, CassetteMismatch
from skysyn.models import Call
from skysyn.testing import files
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.modes import Mode
from skysyn.transport import MockTransport, Request

from .service import Echo, cassette, record, request, result

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "skygear" / "test.yaml"


def play(path: Path, *asked: Request, **rules: object) -> list[Response]:
    with cassette(path, Mode.NONE, **rules) as playing:
        transport = CassetteTransport(playing)
        return [transport.send(one) for one in asked]


def refused(path: Path, *asked: Request, **rules: object) -> str:
    with pytest.raises(CassetteMismatch) as caught:
        play(path, *asked, **rules)
    return str(caught.value)


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


def test_all_keeps_another_question_of_the_same_action(path: Path) -> None:
    record(path, request("lambda", n=1), request("lambda", n=2))

    with cassette(path, Mode.ALL) as playing:
        CassetteTransport(playing, Echo).send(request("lambda", n=2))

    loaded = files.load(path)
    assert loaded is not None
    asked = [json.loads(one.request.body)["n"] for one in loaded.exchanges]
    assert asked == [1, 2]


def actions(path: Path) -> list[str]:
    loaded = files.load(path)
    assert loaded is not None
    return [json.loads(one.request.body)["action"] for one in loaded.exchanges]


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


def test_new_ids_of_the_client_are_those_of_this_run(path: Path) -> None:
    def asked(key: str) -> list[Request]:
        save = {"_id": f"note/{key}", "title": "a"}
        return [
            request("record:save", records=[save]),
            request("record:fetch", ids=[f"note/{key}"]),
        ]

    record(path, *asked(str(uuid4())))
    key = str(uuid4())

    played = play(path, *asked(key))

    assert all(key in one.body.decode() for one in played)


def test_an_id_stays_the_same_once_it_is_known(path: Path) -> None:
    first, second = str(uuid4()), str(uuid4())
    save = {"_id": f"note/{first}", "title": "a"}
    fetch = request("record:fetch", ids=[f"note/{first}"])
    record(path, request("record:save", records=[save]), fetch)

    wrong = request("record:fetch", ids=[f"note/{second}"])

    assert "nothing like this" in refused(
        path, request("record:save", records=[save]), wrong
    )


def test_ids_that_were_there_before_are_matched_as_they_are(path: Path) -> None:
    key = "0f9d1c52-4a55-4f0b-9a4e-6a8b0a2c1d11"
    record(path, request("record:fetch", ids=[f"note/{key}"]))

    assert key in path.read_text()
    assert "nothing like this" in refused(
        path, request("record:fetch", ids=[f"note/{uuid4()}"])
    )


def test_another_user_is_another_question(path: Path) -> None:
    def ask(token: str) -> Request:
        client = Skygear("https://a.example", api_key="k" * 9, access_token=token)
        return client.encode(Call("me"))

    record(path, ask("token-of-ada"), ask("token-of-bob"), ask("token-of-ada"))

    same = [ask("other-ada"), ask("other-bob"), ask("other-ada")]
    swapped = [ask("other-ada"), ask("other-bob"), ask("other-bob")]

    assert len(play(path, *same)) == 3
    assert "(1 times, interaction 2)" in refused(path, *swapped)


def test_that_somebody_else_asks_is_told(path: Path) -> None:
    def ask(token: str) -> Request:
        client = Skygear("https://a.example", api_key="k" * 9, access_token=token)
        return client.encode(Call("me"))

    record(path, ask("token-of-ada"), ask("token-of-ada"))

    assert "who asks" in refused(path, ask("other-ada"), ask("other-bob"))


def test_a_second_writer_is_told_of_the_first(path: Path) -> None:
    with (
        cassette(path, Mode.REWRITE),
        pytest.raises(CassetteError, match="another test or process is recording it"),
        cassette(path, Mode.REWRITE),
    ):
        pass


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

"""Notices: devices are told of changes that they subscribed to, and of no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from websockets.sync.client import connect

from skysyn.dialects.skygear.questions import Limits
from skysyn.server import Server, Serving
from skysyn.server.push import Push

from .asking import KEY, Asker, settings
from .subscribing import TOPIC, Listening, about, register, subscribe
from .test_rights import Who, expected, lists

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .postgres import Postgres

pytestmark = pytest.mark.slow


@pytest.fixture
def device(ada: Asker) -> str:
    """A device of ada's."""
    return register(ada)


@pytest.fixture
def told(ada: Asker, device: str) -> Iterator[Listening]:
    """Who listens at ada's device."""
    with Serving(ada.server) as serving:
        url = f"{serving.endpoint.replace('http', 'ws', 1)}/_/pubsub?api_key={KEY}"
        with connect(url) as socket:
            yield Listening(ada, device, socket)


def test_a_device_is_told_of_every_change_that_matches(
    ada: Asker, device: str, told: Listening
) -> None:
    subscribe(ada, device, about("all"), about("x", TOPIC))

    ada.save({"_id": "note/a", "topic": "x"}, {"_id": "note/b"}, {"_id": "other/c"})
    ada.save({"_id": "note/a", "topic": "y"})
    ada.save({"_id": "note/a", "topic": "x"})
    ada.save({"_id": "note/a"})
    ada.result("record:delete", ids=["note/a"])

    assert told.heard() == ["all", "x", "all", "all", *["all", "x"] * 3]


def test_notices_are_numbered_and_say_nothing_else(
    ada: Asker, device: str, told: Listening
) -> None:
    subscribe(ada, device, about("all"))

    ada.save({"_id": "note/a"}, {"_id": "note/b"})
    one, two = told.messages()

    numbers = [got["data"].pop("seq-num") for got in (one, two)]
    told_of = {"channel": f"_sub_{device}", "data": {"subscription-id": "all"}}
    assert [one, two] == [told_of, told_of]
    assert numbers == sorted(set(numbers))


def test_a_device_is_told_only_of_what_its_user_may_read(
    ada: Asker, bob: Asker, device: str, told: Listening
) -> None:
    subscribe(ada, device, about("all"))
    mine = {"user_id": ada.user_id, "level": "read"}

    bob.save({"_id": "note/secret", "_access": []})
    bob.save({"_id": "note/for-ada", "_access": [mine]})
    bob.result("record:delete", ids=["note/secret"])

    assert told.heard() == ["all"]


def test_a_device_is_told_nothing_by_fields_its_user_may_not_ask_about(
    ada: Asker, master: Asker, device: str, told: Listening
) -> None:
    ada.save({"_id": "note/a", "topic": "x"})
    place = {"record_type": "note", "record_field": "topic", "user_role": "_public"}
    rights = ["writable", "readable", "comparable", "discoverable"]
    rule = {**place, **dict.fromkeys(rights, False)}
    subscribe(ada, device, about("x", TOPIC), about("all"))
    told.heard()

    master.result("schema:field_access:update", access=[rule])
    master.save({"_id": "note/a", "topic": "x"})

    assert told.heard() == ["all"]


def test_private_changes_are_told_to_their_user_alone(
    ada: Asker, bob: Asker, device: str, told: Listening
) -> None:
    subscribe(ada, device, about("public"))
    subscribe(ada, device, about("private"), database_id="_private")

    ada.save({"_id": "note/a"}, database_id="_private")
    bob.save({"_id": "note/b"}, database_id="_private")

    assert told.heard() == ["private"]


def test_a_device_without_a_user_is_told_of_what_everybody_may_read(
    ada: Asker, device: str, told: Listening
) -> None:
    subscribe(ada, device, about("all"))
    subscribe(ada, device, about("private"), database_id="_private")
    ada.result("device:unregister", id=device)

    ada.save({"_id": "note/a", "_access": []}, {"_id": "note/b"})
    ada.save({"_id": "note/c"}, database_id="_private")

    assert told.heard() == ["all"]


def test_subscriptions_end_with_their_device(
    ada: Asker, device: str, told: Listening
) -> None:
    subscribe(ada, device, about("all"))
    register(ada)  # with the same token

    ada.save({"_id": "note/a"})

    assert told.heard() == []


KEYS = {name: {"$type": "keypath", "$val": name} for name in "nstpjab"}
PLACE = {"$type": "geo", "$lng": 1.0, "$lat": 2.0}
AREA = {
    "$type": "geojson",
    "$val": {
        "type": "Polygon",
        "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]],
    },
}
RECORD = {
    "n": 5,
    "s": "Abc",
    "t": {"$type": "date", "$date": "2020-01-02T00:00:00Z"},
    "p": PLACE,
    "j": ["red"],
    "b": True,
}
HOLD = [
    ["gt", KEYS["n"], 4],
    ["lte", KEYS["n"], 5],
    ["neq", KEYS["n"], 6],
    ["in", KEYS["n"], [1, 5]],
    ["like", KEYS["s"], "A%"],
    ["ilike", KEYS["s"], "a_c"],
    ["in", "red", KEYS["j"]],
    ["lt", KEYS["t"], {"$type": "date", "$date": "2021-01-01T00:00:00Z"}],
    ["lt", ["func", "distance", KEYS["p"], PLACE], 10],
    ["in", KEYS["p"], AREA],
    ["eq", KEYS["b"], True],
    ["eq", {"$type": "keypath", "$val": "_id"}, "a"],
    ["gte", {"$type": "keypath", "$val": "_created_at"}, RECORD["t"]],
    ["eq", {"$type": "keypath", "$val": "o.n"}, 7],
]


def test_every_operator_decides_about_what_was_saved_or_deleted(
    ada: Asker, device: str, told: Listening
) -> None:
    ada.save({"_id": "other/o", "n": 7})
    other = {"o": {"$type": "ref", "$id": "other/o"}}
    wanted = [about(f"{i:02}", held) for i, held in enumerate(HOLD)]
    refused = [about(f"{i:02}-not", ["not", held]) for i, held in enumerate(HOLD)]
    subscribe(ada, device, *wanted, *refused)

    ada.save({"_id": "note/a", **RECORD, **other})
    saved = told.heard()
    ada.result("record:delete", ids=["note/a"])
    deleted = told.heard()

    assert saved == deleted == [item["id"] for item in wanted]


def test_subscriptions_that_make_no_sense_are_told_nothing(
    ada: Asker, device: str, told: Listening
) -> None:
    nonsense = [["eq", KEYS["a"], 1], ["eq", KEYS["n"], PLACE], ["like", KEYS["n"], ""]]
    wanted = [about(f"bad-{i}", wrong) for i, wrong in enumerate(nonsense)]
    subscribe(ada, device, *wanted, about("good"))

    ada.save({"_id": "note/a", "n": 1})

    assert told.heard() == ["good"]


@pytest.fixture(params=["sqlite", "postgresql"])
def recording(request: pytest.FixtureRequest) -> Iterator[Asker]:
    """Somebody at a server that keeps its pushes, on each kind of database."""
    database = ":memory:"
    if request.param == "postgresql":
        running: Postgres = request.getfixturevalue("postgres")
        database = running.new_database()
    with Server(settings(database=database, push=Push(record=True))) as server:
        yield Asker(server)


def told_users(anyone: Asker) -> set[str]:
    """Return to whose devices something was pushed since the last time."""
    anyone.server.settle()
    found = {sent.device.token for sent in anyone.server.pushes}
    anyone.server.pushes.clear()
    return found


def test_a_query_that_is_no_longer_allowed_tells_nothing(tmp_path: Path) -> None:
    known = settings(database=str(tmp_path / "db"), push=Push(record=True))
    with Server(known) as server:
        ada = Asker(server).signup("ada")
        subscribe(ada, register(ada), about("deep", ["and", TOPIC, TOPIC]), about("a"))
    stricter = attrs.evolve(known, limits=Limits(nodes=1))

    with Server(stricter) as server:
        again = attrs.evolve(ada, server=server)
        again.save({"_id": "note/a", "topic": "x"})
        server.settle()
        told: list[Any] = [sent.content["data"] for sent in server.pushes]

    assert [data["subscription-id"] for data in told] == ["a"]


def test_who_is_told_is_who_may_read(recording: Asker) -> None:
    names = ["ada", "bob", "boss", "cat"]
    users = {name: recording.signup(name) for name in names}
    roles = {"boss": frozenset({"boss", "extra"})}
    recording.as_master().result(
        "role:assign", users=[users["boss"].user_id], roles=["boss", "extra"]
    )
    for name, user in users.items():
        subscribe(user, register(user, name), about("all"))
    ada, wrong = users["ada"], list[Any]()

    for number, access in enumerate(lists(ada.user_id, users["bob"].user_id)):
        may = {
            name
            for name, user in users.items()
            if expected(
                Who(user, roles.get(name, frozenset())), ada.user_id, access, "read"
            )
        }
        ada.save({"_id": f"note/{number}", "_access": access})
        saved = told_users(recording)
        ada.result("record:delete", ids=[f"note/{number}"])
        deleted = told_users(recording)
        if not saved == deleted == may:
            wrong.append((access, may, saved, deleted))

    assert wrong == []

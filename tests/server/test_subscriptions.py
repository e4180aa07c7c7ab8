"""Subscriptions: devices hear of changes of records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from websockets.sync.client import connect

from skysyn.server import Serving
from skysyn.server.bundles import export_bundle, import_bundle

from .asking import KEY, Asker
from .worlds import Places, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

TOPIC = ["eq", {"$type": "keypath", "$val": "topic"}, "x"]


def register(asker: Asker) -> str:
    found: str = asker.result("device:register", type="android", device_token="t")["id"]
    return found


def about(name: str, predicate: Any = None, **more: Any) -> dict[str, Any]:
    """Return a subscription to notes."""
    query = {"record_type": "note"}
    if predicate:
        query["predicate"] = predicate
    return {"id": name, "type": "query", "query": query, **more}


def subscribe(asker: Asker, device: str, *wanted: Any, **more: Any) -> Any:
    return asker.result(
        "subscription:save", device_id=device, subscriptions=list(wanted), **more
    )


class Listening:
    """Somebody at the device of *asker* who hears what it is told."""

    def __init__(self, asker: Asker, device: str, socket: ClientConnection) -> None:
        self._asker = asker
        self._device = device
        self._socket = socket
        self._say("sub", f"_sub_{device}")
        self._say("sub", "end")
        self.heard()

    def _say(self, action: str, channel: str) -> None:
        message = {"action": action, "channel": channel, "data": 1}
        self._socket.send(json.dumps(message))

    def messages(self) -> list[dict[str, Any]]:
        """Return what was told since the last time."""
        self._asker.server.settle()
        self._say("pub", "end")
        found: list[dict[str, Any]] = []
        while (got := json.loads(self._socket.recv(timeout=5)))["channel"] != "end":
            found.append(got)
        return found

    def heard(self) -> list[str]:
        """Return the subscriptions of which something was told since the last time."""
        return [got["data"]["subscription-id"] for got in self.messages()]


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


def test_saved_subscriptions_are_fetched(ada: Asker, device: str) -> None:
    info = {"aps": {"alert": {"body": "B", "loc-args": ["a"]}, "should-badge": True}}
    wanted = [about("mine", TOPIC, notification_info=info), about("all")]

    saved = subscribe(ada, device, *wanted)
    fetched = ada.result(
        "subscription:fetch", device_id=device, subscription_ids=["mine", "all"]
    )
    every = ada.result("subscription:fetch_all", device_id=device)

    assert saved == fetched == [{"device_id": device, **item} for item in wanted]
    assert every == saved[::-1]


def test_parts_of_a_query_are_printed_by_their_names(ada: Asker, device: str) -> None:
    key = {"$type": "keypath", "$val": "n"}
    sent = {"sort": [[key, "asc"]], "limit": 5, "offset": 0, "include": {"n": key}}
    wanted = about("mine")
    wanted["query"] |= {**sent, "desired_keys": []}

    [saved] = subscribe(ada, device, wanted)

    assert saved["query"] == {
        "record_type": "note",
        "order": [[key, "asc"]],
        "limit": 5,
        "offset": 0,
        "computed_keys": {"n": key},
    }


def test_saving_again_replaces_and_deleting_ends(ada: Asker, device: str) -> None:
    subscribe(ada, device, about("mine", TOPIC))
    subscribe(ada, device, about("mine"))
    ids = {"device_id": device, "subscription_ids": ["mine"]}

    [now] = ada.result("subscription:fetch", **ids)
    ended = ada.result("subscription:delete", **ids)
    [again] = ada.result("subscription:delete", **ids)

    assert now["query"] == {"record_type": "note"}
    assert ended == [{"id": "mine"}]
    assert again == {
        "_id": "mine",
        "_type": "error",
        "name": "ResourceNotFound",
        "code": 110,
        "message": 'cannot find subscription "mine"',
        "info": {"id": "mine"},
    }


def test_each_database_has_subscriptions_of_its_own(ada: Asker, device: str) -> None:
    subscribe(ada, device, about("mine"), database_id="_private")

    public = ada.ask("subscription:fetch_all", device_id=device)
    private = ada.result(
        "subscription:fetch_all", device_id=device, database_id="_private"
    )

    assert public == {}
    assert [found["id"] for found in private] == ["mine"]


@pytest.mark.parametrize("action", ["subscription:fetch", "subscription:delete"])
def test_of_no_subscriptions_there_are_none(ada: Asker, action: str) -> None:
    assert ada.ask(action, device_id="d") == {"result": []}


@pytest.mark.parametrize(
    "wanted",
    [about(""), {**about("a"), "type": ""}, {**about("a"), "query": {}}, {"id": "a"}],
)
def test_what_lacks_something_is_refused_alone(
    ada: Asker, device: str, wanted: dict[str, Any]
) -> None:
    entries = subscribe(ada, device, wanted, about("good"))

    assert [entry.get("code") for entry in entries] == [10000, None]


def test_the_devices_of_others_are_unknown(ada: Asker, bob: Asker, device: str) -> None:
    subscribe(ada, device, about("mine"))
    ids = {"device_id": device, "subscription_ids": ["mine"]}

    entries = [
        *subscribe(bob, device, about("mine")),
        *subscribe(bob, "no device", about("mine")),
        *bob.result("subscription:fetch", **ids),
        *bob.result("subscription:delete", **ids),
    ]

    assert [entry["code"] for entry in entries] == [10000, 10000, 110, 110]
    assert bob.ask("subscription:fetch_all", device_id=device) == {}
    assert ada.result("subscription:fetch", **ids)[0]["id"] == "mine"


@pytest.mark.parametrize(
    ("action", "payload", "refused"),
    [
        ("subscription:save", {"device_id": "d"}, (400, 108)),
        ("subscription:save", {"subscriptions": [about("a")]}, (400, 108)),
        ("subscription:save", {"device_id": "d", "subscriptions": [1]}, (400, 107)),
        ("subscription:save", {"device_id": "d", "subscriptions": 1}, (400, 107)),
        (
            "subscription:save",
            {"device_id": "d", "subscriptions": [about("a", {"x": 1})]},
            (400, 108),
        ),
        (
            "subscription:save",
            {
                "device_id": "d",
                "subscriptions": [about("a", notification_info={"aps": 1})],
            },
            (400, 107),
        ),
        ("subscription:fetch", {}, (400, 108)),
        ("subscription:fetch_all", {}, (400, 108)),
        ("subscription:delete", {"device_id": 5}, (400, 107)),
        (
            "subscription:delete",
            {"device_id": "d", "subscription_ids": "a"},
            (400, 107),
        ),
    ],
)
def test_what_cannot_be_decoded_is_refused_as_a_whole(
    ada: Asker, action: str, payload: dict[str, Any], refused: tuple[int, int]
) -> None:
    assert ada.code(action, **payload) == refused


def test_subscriptions_are_for_users_and_for_one_database(
    anyone: Asker, master: Asker
) -> None:
    payload = {"device_id": "d", "subscriptions": [about("a")]}

    assert anyone.code("subscription:save", **payload) == (401, 101)
    assert master.code("subscription:save", database_id="_union", **payload) == (
        501,
        112,
    )


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


def test_subscriptions_are_moved_with_their_app(tmp_path: Path) -> None:
    places = Places(tmp_path)
    source, target = places.new("source"), places.new("target")
    with serve(source) as server:
        ada = Asker(server).signup("ada")
        device = register(ada)
        subscribe(ada, device, about("mine", TOPIC))

    export_bundle(source, tmp_path / "bundle")
    import_bundle(tmp_path / "bundle", target)

    with serve(target) as server:
        data = {"username": "ada"}
        made = Asker(server).result("auth:login", auth_data=data, password="secret")
        again = Asker(server, token=made["access_token"])
        found = again.result("subscription:fetch_all", device_id=device)
    assert found == [{"device_id": device, **about("mine", TOPIC)}]

"""Subscriptions: saved, fetched and deleted, each on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn.server.bundles import export_bundle, import_bundle

from .asking import Asker
from .subscribing import TOPIC, about, register, subscribe
from .worlds import Places, serve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def device(ada: Asker) -> str:
    """A device of ada's."""
    return register(ada)


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
    [
        about(""),
        {**about("a"), "type": ""},
        {**about("a"), "query": None},
        {**about("a"), "query": {}},
        {**about("a"), "query": {"record_type": ""}},
        {"id": "a", "type": "query"},
    ],
)
def test_what_lacks_something_is_refused_alone(
    ada: Asker, device: str, wanted: dict[str, Any]
) -> None:
    entries = subscribe(ada, device, wanted, about("good"))

    assert [entry.get("code") for entry in entries] == [10000, None]


@pytest.mark.parametrize(
    ("sent", "printed"),
    [
        ({"limit": 0}, {"limit": 0}),
        ({"limit": 2.9, "offset": 1.5}, {"limit": 2, "offset": 1}),
        ({"limit": "2", "offset": -1}, {}),
        ({"include": [], "sort": [], "count": True}, {}),
    ],
)
def test_what_does_not_count_in_a_query_is_not_printed(
    ada: Asker, device: str, sent: dict[str, Any], printed: dict[str, Any]
) -> None:
    wanted = about("mine")
    wanted["query"] |= sent

    [saved] = subscribe(ada, device, wanted)

    assert saved["query"] == {"record_type": "note", **printed}


@pytest.mark.parametrize("predicate", [{}, {"x": 1}, ["eqq", 1, 2], "note"])
def test_a_predicate_that_none_can_be_is_refused_with_the_request(
    ada: Asker, device: str, predicate: Any
) -> None:
    wanted = [about("good"), about("bad", predicate)]
    wanted[1]["query"]["predicate"] = predicate

    refused = ada.code("subscription:save", device_id=device, subscriptions=wanted)

    assert refused == (400, 108)
    assert ada.ask("subscription:fetch_all", device_id=device) == {}


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

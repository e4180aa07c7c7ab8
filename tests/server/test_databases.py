"""Databases: everyone's, a user's own, and all of them together (protocol §7.6)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .asking import Asker

NEEDS_USER = "Authentication is needed for private DB access"
NEEDS_MASTER = "Master key is needed for union DB access"
DENIED = "The selected DB cannot be accessed because permission is denied"


def saved(asker: Asker, key: str, database: str) -> dict[str, Any]:
    entries: list[dict[str, Any]] = asker.save(
        {"_id": f"note/{key}"}, database_id=database
    )
    return entries[0]


def test_a_database_of_ones_own_has_two_names_and_is_apart(
    ada: Asker, bob: Asker, master: Asker
) -> None:
    for asker in (ada, bob):
        saved(asker, f"mine-{asker.user_id}", "_private")
    saved(ada, "public", "_public")
    mine = [f"mine-{ada.user_id}"]

    assert ada.keys("note", database_id="_private") == mine
    assert ada.keys("note", database_id=ada.user_id) == mine
    assert master.keys("note", database_id=ada.user_id) == mine
    assert bob.keys("note") == bob.keys("note", database_id="") == ["public"]
    assert len(master.keys("note", database_id="_union")) == 3


def test_the_master_saves_to_its_own_database_and_for_others_to_theirs(
    master: Asker, ada: Asker
) -> None:
    own = saved(master, "own", "_private")
    given = saved(master, "given", ada.user_id)

    assert (own["_ownerID"], given["_ownerID"]) == ("_god", "_god")
    assert master.keys("note", database_id="_private") == ["own"]
    assert ada.keys("note", database_id="_private") == ["given"]


def test_an_id_is_taken_in_every_database(ada: Asker, bob: Asker) -> None:
    first = saved(ada, "1", "_private")

    other = saved(bob, "1", "_private")

    assert first["_type"] == "record"
    assert (other["code"], other["message"]) == (109, "violate unique constraint")


@pytest.mark.parametrize(
    ("who", "database", "refused"),
    [
        ("anyone", "_private", (401, 101, NEEDS_USER)),
        ("anyone", "u", (403, 102, DENIED)),
        ("ada", "u", (403, 102, DENIED)),
        ("anyone", "_union", (401, 101, NEEDS_MASTER)),
        ("ada", "_union", (401, 101, NEEDS_MASTER)),
        ("ada", "_other", (400, 108, "invalid database ID")),
        ("master", "_god", (400, 108, "invalid database ID")),
    ],
)
def test_other_databases_are_refused_before_anything_is_read(
    ada: Asker, who: str, database: str, refused: tuple[int, int, str]
) -> None:
    anyone = type(ada)(ada.server)
    asker = {"ada": ada, "anyone": anyone, "master": ada.as_master()}[who]

    for action in ("record:query", "record:fetch", "relation:query"):
        response = asker.send(action, database_id=database)
        error = json.loads(response.body)["error"]
        assert (response.status, error["code"], error["message"]) == refused


@pytest.mark.parametrize("action", ["fetch", "fetch_all", "delete", "save"])
def test_nobody_subscribes_to_all_databases(master: Asker, action: str) -> None:
    query = {"id": "s", "type": "query", "query": {"record_type": "note"}}
    asked = {"device_id": "d", "subscriptions": [query], "database_id": "_union"}

    assert master.ask(f"subscription:{action}", **asked)["error"] == {
        "name": "NotImplemented",
        "code": 112,
        "message": "subscription on union database is not implemented",
    }


def test_all_databases_together_are_not_written(master: Asker) -> None:
    refused = {
        "name": "NotSupported",
        "code": 111,
        "message": "modifying the selected database is not supported",
    }
    union = {"database_id": "_union"}

    saving = master.ask("record:save", records=[{"_id": "note/1"}], **union)
    deleting = master.ask("record:delete", ids=["note/1"], **union)

    assert saving == deleting == {"error": refused}

"""Access that is given: who is named in access lists, and who may create records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from skysyn.server import Server

from .asking import Asker, settings

READ = {"public": True, "level": "read"}


@pytest.mark.parametrize(
    ("entry", "stored"),
    [
        (
            {"level": "read", "public": False, "role": "", "user_id": "u"},
            {"level": "read", "user_id": "u"},
        ),
        (
            {"level": "write", "public": "yes", "role": "boss", "user_id": None},
            {"level": "write", "role": "boss"},
        ),
        ({"level": "read", "relation": ""}, {"level": "read"}),
    ],
)
def test_what_is_of_another_type_in_an_entry_counts_for_nothing(
    ada: Asker, entry: dict[str, Any], stored: dict[str, Any]
) -> None:
    [saved] = ada.save({"_id": "note/1", "_access": [entry]})

    assert saved["_access"] == [stored]


@pytest.mark.parametrize(
    "entry",
    [
        {"level": "read", "user_id": None},
        {"level": "read", "public": "yes"},
        {"level": 1, "public": True},
        None,
    ],
)
def test_an_entry_for_nobody_is_none(ada: Asker, entry: Any) -> None:
    [refused] = ada.save({"_id": "note/1", "_access": [entry]})

    assert (refused["code"], refused["message"], refused["info"]) == (
        108,
        "invalid _access entry",
        {"arguments": ["_access"]},
    )


def test_default_access_is_said_again_as_it_was_sent(master: Asker, ada: Asker) -> None:
    sent = [{"user_id": "u", "public": False, "level": "read", "note": [1]}]

    said = master.result("schema:default_access", type="note", default_access=sent)
    [saved] = ada.save({"_id": "note/1"})

    assert said == {"type": "note", "default_access": sent}
    assert saved["_access"] == [{"user_id": "u", "level": "read"}]


@pytest.mark.parametrize("sent", [{}, {"default_access": []}, {"default_access": None}])
def test_no_default_access_is_for_owners_only(
    master: Asker, ada: Asker, bob: Asker, sent: dict[str, Any]
) -> None:
    said = master.result("schema:default_access", type="note", **sent)
    [saved] = ada.save({"_id": "note/1"})

    assert said == {"type": "note"}
    assert saved["_access"] == []
    assert (bob.keys("note"), ada.keys("note")) == ([], ["1"])


def test_default_access_takes_the_place_of_what_a_record_had(
    master: Asker, ada: Asker
) -> None:
    ada.save({"_id": "note/1", "_access": []})
    master.result("schema:default_access", type="note", default_access=[READ])

    [changed] = ada.save({"_id": "note/1", "n": 1})
    [given] = ada.save({"_id": "note/1", "_access": []})

    assert (changed["_access"], given["_access"]) == ([READ], [])


@pytest.mark.parametrize(
    ("action", "payload", "code", "arguments"),
    [
        ("default_access", {"default_access": [READ]}, 108, ["type"]),
        ("default_access", {"default_access": "all"}, 107, None),
        ("default_access", {"type": "note", "default_access": ["all"]}, 107, None),
        ("default_access", {"default_access": [None]}, 108, ["default_access"]),
        ("access", {"create_roles": ["boss"]}, 108, ["type"]),
        ("access", {"create_roles": "boss"}, 107, None),
        ("access", {"type": 1}, 107, None),
    ],
)
def test_what_is_no_access_is_refused(
    master: Asker,
    action: str,
    payload: dict[str, Any],
    code: int,
    arguments: list[str] | None,
) -> None:
    error = master.ask(f"schema:{action}", **payload)["error"]

    assert (error["code"], error.get("info", {}).get("arguments")) == (code, arguments)


def test_only_who_has_a_role_may_create_in_any_database(
    master: Asker, ada: Asker, bob: Asker
) -> None:
    master.result("role:assign", users=[ada.user_id], roles=["boss"])
    closed = master.result("schema:access", type="note", create_roles=["boss", "x"])
    refused = [
        *bob.save({"_id": "note/b"}),
        *bob.save({"_id": "note/b"}, database_id="_private"),
    ]
    made = ada.save({"_id": "note/a"})
    opened = master.result("schema:access", type="note", create_roles=[])

    assert closed == {"type": "note", "create_roles": ["boss", "x"]}
    assert [(e["code"], e["message"]) for e in refused] == [
        (102, "no permission to create")
    ] * 2
    assert [e["_type"] for e in made] == ["record"]
    assert opened == {"type": "note"}
    assert [e["_type"] for e in bob.save({"_id": "note/b"})] == ["record"]


def test_the_tables_of_the_system_are_not_changed(master: Asker) -> None:
    asked = {"record_type": "_auth", "item_name": "password", "new_name": "x"}

    for action in ("schema:rename", "schema:delete"):
        error = master.ask(action, **asked)["error"]
        assert (error["message"], error["info"]) == (
            "attempts to change reserved table",
            {"arguments": ["record_type"]},
        )


@pytest.mark.parametrize(
    "action",
    ["role:default", "role:admin", "schema:fetch", "schema:access", "schema:create"],
)
def test_when_an_app_is_developed_no_more_its_schema_is_the_masters(
    action: str,
) -> None:
    with Server(settings(dev_mode=False)) as server:
        anyone = Asker(server)
        refused = anyone.send(action)
        allowed = anyone.as_master().ask(action, roles=[], type="note")

    error = {
        "name": "PermissionDenied",
        "code": 102,
        "message": "Attempt to access dev only end-point",
    }
    assert (refused.status, json.loads(refused.body)) == (403, {"error": error})
    assert "result" in allowed


def test_when_an_app_is_developed_no_more_no_column_is_made_by_saving() -> None:
    with Server(settings(dev_mode=False)) as server:
        ada = Asker(server).signup("ada")
        ada.as_master().save({"_id": "note/1", "n": 1})
        refused = [
            ada.ask("record:save", records=[{"_id": "note/2", **more}])["error"]
            for more in ({"title": "T"}, {"n": "text"})
        ]
        saved = ada.save({"_id": "note/3", "n": 2})

    message = "Record schema requires migration but migration is disabled."
    assert [(e["code"], e["message"]) for e in refused] == [(114, message)] * 2
    assert [entry["_type"] for entry in saved] == ["record"]

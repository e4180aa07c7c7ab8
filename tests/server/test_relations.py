"""Relations: friends and followers, as the protocol's §15 says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .asking import Asker

ACTIONS = ("relation:query", "relation:add", "relation:remove")


def shown(entries: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return of whom each entry is, and what it shows of them."""
    return [(entry["id"], entry["data"]["_id"]) for entry in entries]


def test_directions_and_pages_of_a_relation(ada: Asker, bob: Asker) -> None:
    cat = ada.signup("cat")
    for who in (bob, cat):
        ada.result("relation:add", name="follow", targets=[who.user_id])
    bob.result("relation:add", name="_follow", targets=[ada.user_id])

    found = {
        direction: ada.ask("relation:query", name="follow", direction=direction)
        for direction in ("outward", "inward", "mutual", "")
    }
    page = ada.ask("relation:query", name="follow", direction="outward", limit=1)

    ids = {name: sorted(e["id"] for e in got["result"]) for name, got in found.items()}
    assert ids == {
        "outward": sorted([bob.user_id, cat.user_id]),
        "inward": [bob.user_id],
        "mutual": [bob.user_id],
        "": [bob.user_id],
    }
    assert (len(page["result"]), page["info"]) == (1, {"count": 2})


def test_who_is_no_user_is_refused_alone(ada: Asker, bob: Asker) -> None:
    entries = ada.result(
        "relation:add", name="friend", targets=[bob.user_id, "nope", bob.user_id]
    )

    assert entries[1] == {
        "id": "nope",
        "type": "error",
        "data": {
            "name": "UnexpectedError",
            "code": 10000,
            "message": "failed to fetch user id = nope",
        },
    }
    assert shown([entries[0], entries[2]]) == [(bob.user_id, f"user/{bob.user_id}")] * 2


def test_who_was_not_related_cannot_be_parted(ada: Asker, bob: Asker) -> None:
    ada.result("relation:add", name="friend", targets=[bob.user_id])
    both = [bob.user_id, bob.user_id]

    parted = ada.result("relation:remove", name="friend", targets=both)

    missing: dict[str, Any] = {"id": bob.user_id, "type": "error", "data": {}}
    assert parted == [{"id": bob.user_id}, missing]


@pytest.mark.parametrize("action", ["relation:add", "relation:remove"])
def test_without_targets_nothing_happens(ada: Asker, action: str) -> None:
    assert ada.ask(action, name="friend") == {"result": []}
    assert ada.ask(action, name="friend", targets=[]) == {"result": []}


@pytest.mark.parametrize("action", ACTIONS)
def test_other_relations_are_not_supported(anyone: Asker, action: str) -> None:
    refused = {
        "name": "NotSupported",
        "code": 111,
        "message": "Only friend and follow relation is supported",
    }

    assert anyone.ask(action, name="enemy", targets=["u"]) == {"error": refused}
    assert anyone.ask(action, targets=["u"]) == {"error": refused}
    assert anyone.send(action).status == 501


def test_other_directions_are_refused_to_anybody(anyone: Asker, ada: Asker) -> None:
    refused = {
        "name": "InvalidArgument",
        "code": 108,
        "message": "only outward, inward and mutual direction is allowed",
        "info": {"arguments": ["direction"]},
    }

    for asker in (anyone, ada):
        answer = asker.ask("relation:query", name="friend", direction="up")
        assert answer == {"error": refused}


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("relation:query", {"name": 1}),
        ("relation:query", {"name": "friend", "direction": 1}),
        ("relation:query", {"name": "friend", "limit": "1"}),
        ("relation:query", {"name": "friend", "offset": True}),
        ("relation:query", {"name": "no", "limit": []}),
        ("relation:add", {"name": "friend", "targets": "u"}),
        ("relation:remove", {"name": "no", "targets": [1]}),
    ],
)
def test_parameters_of_other_types_are_refused_first(
    ada: Asker, action: str, payload: dict[str, Any]
) -> None:
    assert ada.code(action, **payload) == (400, 107)


def test_nobody_has_relations(anyone: Asker, bob: Asker) -> None:
    """They cannot have any, so there is none to find or to end."""
    wanted = {"name": "friend", "targets": [bob.user_id]}
    missing: dict[str, Any] = {"id": bob.user_id, "type": "error", "data": {}}

    found = anyone.ask("relation:query", name="friend")

    assert found == {"result": [], "info": {"count": 0}}
    assert anyone.result("relation:remove", **wanted) == [missing]
    assert anyone.code("relation:add", **wanted) == (401, 101)

"""What happens to records is told to observers, once it is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skysyn.server.store.changes import Change

    from .asking import Asker

Seen = list[tuple[str, str, object, object]]


def _told(changes: Sequence[Change]) -> Seen:
    return [
        (
            change.kind,
            str(change.id),
            change.before and change.before.values.get("n"),
            change.after and change.after.values.get("n"),
        )
        for change in changes
    ]


@pytest.fixture
def seen(ada: Asker) -> Seen:
    """Every change of records since ada signed up."""
    told: Seen = []
    ada.server.observers.add(lambda changes: told.extend(_told(changes)))
    return told


def test_saved_and_deleted_records_are_told(ada: Asker, seen: Seen) -> None:
    ada.save({"_id": "note/a", "n": 1}, {"_id": "note/b", "n": 2})
    ada.save({"_id": "note/a", "n": 3})
    ada.result("record:delete", ids=["note/a"])

    assert seen == [
        ("created", "note/a", None, 1.0),
        ("created", "note/b", None, 2.0),
        ("updated", "note/a", 1.0, 3.0),
        ("deleted", "note/a", 3.0, None),
    ]


def test_records_that_are_refused_are_not_told(ada: Asker, seen: Seen) -> None:
    ada.save({"_id": "cat/a", "n": 1})
    dog = {"$type": "ref", "$id": "cat/a"}
    ada.save({"_id": "note/a", "cat": dog}, {"_id": "note/b", "n": 2})
    del seen[:]

    missing = {"$type": "ref", "$id": "cat/none"}
    ada.save({"_id": "note/c", "n": 3}, {"_id": "note/d", "cat": missing})
    ada.result("record:delete", ids=["cat/a"])

    assert seen == [("created", "note/c", None, 3.0)]


def test_what_is_undone_is_not_told(ada: Asker, seen: Seen) -> None:
    ada.save({"_id": "note/a", "n": 1})

    ada.ask("record:save", records=[{"_id": "note/b"}, {"_id": "no id"}], atomic=True)
    ada.ask("record:delete", ids=["note/a", "note/none"], atomic=True)

    assert seen == [("created", "note/a", None, 1.0)]


def test_profiles_of_new_users_are_told(anyone: Asker) -> None:
    told: Seen = []
    anyone.server.observers.add(lambda changes: told.extend(_told(changes)))

    bob = anyone.signup("bob")

    assert told == [("created", f"user/{bob.user_id}", None, None)]


def test_observers_may_ask_the_server_what_is_there(ada: Asker) -> None:
    found: list[list[str]] = []
    ada.server.observers.add(lambda _: found.append(ada.keys("note")))

    ada.save({"_id": "note/a"})

    assert found == [["a"]]


def test_an_observer_that_fails_stops_nobody(ada: Asker) -> None:
    told: Seen = []

    def fail(_: Sequence[Change]) -> None:
        msg = "on purpose"
        raise ValueError(msg)

    ada.server.observers.add(fail)
    ada.server.observers.add(lambda changes: told.extend(_told(changes)))
    saved = ada.save({"_id": "note/a", "n": 1})

    assert [saved[0]["_id"], *told] == ["note/a", ("created", "note/a", None, 1.0)]

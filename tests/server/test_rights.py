"""Who may read and write a record: the same by every path, as a table says."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import attrs
import pytest

if TYPE_CHECKING:
    from .asking import Asker

Entry = dict[str, Any]
LEVELS = ("read", "write")


def lists(ada: str, bob: str) -> list[list[Entry] | None]:
    """Return access lists of every form, and some with two entries."""
    single: list[Entry] = []
    for level in LEVELS:
        single += [
            {"public": True, "level": level},
            {"public": False, "level": level},
            {"role": "boss", "level": level},
            {"role": "nobody-has-it", "level": level},
            {"user_id": bob, "level": level},
            {"user_id": ada, "level": level},
            {"relation": "$direct", "user_id": bob, "level": level},
            {"relation": "friend", "user_id": bob, "level": level},
            {"relation": "friend", "level": level},
        ]
    pairs = [[one, other] for one, other in product(single[:7], single[9:16])]
    return [None, [], *([entry] for entry in single), *pairs]


@attrs.frozen
class Who:
    """One who asks, as the oracle sees them."""

    asker: Asker
    roles: frozenset[str] = frozenset()
    is_master: bool = False


def expected(who: Who, owner: str, access: list[Entry] | None, level: str) -> bool:
    """The oracle: protocol §12.2, read independently of the server."""
    user = who.asker.user_id
    if who.is_master or access is None or (user and user == owner):
        return True
    for entry in access:
        strong = level == "read" or entry["level"] == "write"
        direct = entry.get("relation") in {None, "$direct"}
        named = entry.get("public") is True
        named = named or bool(entry.get("role") in who.roles)
        named = named or bool(user and entry.get("user_id") == user and direct)
        if strong and named:
            return True
    return False


@pytest.fixture
def everyone(anyone: Asker, master: Asker) -> dict[str, Who]:
    """Anybody, the owner, others with and without a role, and the master."""
    ada, bob = anyone.signup("ada"), anyone.signup("bob")
    boss, cat = anyone.signup("boss"), anyone.signup("cat")
    master.result("role:assign", users=[boss.user_id], roles=["boss", "extra"])
    return {
        "anyone": Who(anyone),
        "ada": Who(ada),
        "bob": Who(bob),
        "boss": Who(boss, frozenset({"boss", "extra"})),
        "cat": Who(cat),
        "master": Who(master, is_master=True),
    }


def test_reading_by_every_path_and_writing_follow_the_access_list(
    everyone: dict[str, Who],
) -> None:
    ada = everyone["ada"].asker
    tried = lists(ada.user_id, everyone["bob"].asker.user_id)
    docs = [
        {"_id": f"doc/{n}", "v": f"v{n}"}
        | ({} if access is None else {"_access": access})
        for n, access in enumerate(tried)
    ]
    refs: list[dict[str, Any]] = [
        {"_id": f"hop/{n}", "to": {"$type": "ref", "$id": f"doc/{n}"}}
        for n in range(len(tried))
    ]
    ada.save(*docs)
    ada.save(*refs)
    wrong: list[tuple[Any, ...]] = []
    checked = 0

    for name, who in everyone.items():
        readable = {
            str(n)
            for n, access in enumerate(tried)
            if expected(who, ada.user_id, access, "read")
        }
        for path, found in read_by_every_path(who.asker, len(tried)).items():
            checked += len(tried)
            if found != readable:
                wrong.append((name, path, found ^ readable))
        writable = {
            str(n)
            for n, access in enumerate(tried)
            if who.asker.token is not None or who.is_master
            if expected(who, ada.user_id, access, "write")
        }
        found = written(who.asker, len(tried))
        checked += len(tried)
        if found != writable:
            wrong.append((name, "save", found ^ writable))

    assert wrong == []
    assert checked > 3000


def read_by_every_path(asker: Asker, total: int) -> dict[str, set[str]]:
    """Return which documents *asker* comes by, by the path that led to them."""
    ids = [f"doc/{n}" for n in range(total)]
    path = {"$type": "keypath", "$val": "to.v"}
    to = {"$type": "keypath", "$val": "to"}
    fetched = asker.result("record:fetch", ids=ids)
    hops = asker.result("record:query", record_type="hop", include={"to": to})
    count = asker.ask("record:query", record_type="doc", count=True, limit=0)
    queried = set(asker.keys("doc"))
    counted = queried if count["info"]["count"] == len(queried) else set[str]()
    return {
        "fetch": {e["_id"][4:] for e in fetched if e["_type"] == "record"},
        "query": queried,
        "count": counted,
        "include": {h["_id"][4:] for h in hops if h["_transient"]["to"]},
        "keypath": set(asker.keys("hop", predicate=["like", path, "v%"])),
        "keypath is null": {str(n) for n in range(total)}
        - set(asker.keys("hop", predicate=["eq", path, None])),
        "negation": {str(n) for n in range(total)}
        - set(asker.keys("hop", predicate=["eq", path, None])),
    }


def written(asker: Asker, total: int) -> set[str]:
    """Return which documents *asker* may change."""
    records = [{"_id": f"doc/{n}", "w": 1} for n in range(total)]
    body = asker.ask("record:save", records=records)
    if "error" in body:
        return set()
    return {e["_id"][4:] for e in body["result"] if e["_type"] == "record"}


def test_deleting_follows_the_access_list(everyone: dict[str, Who]) -> None:
    ada = everyone["ada"].asker
    tried = lists(ada.user_id, everyone["bob"].asker.user_id)
    wrong: list[tuple[Any, ...]] = []

    for name, who in everyone.items():
        docs = [
            {"_id": f"doc/{name}{n}", "_access": access}
            for n, access in enumerate(tried)
        ]
        ada.save(*docs)
        body = who.asker.ask("record:delete", ids=[doc["_id"] for doc in docs])
        for access, entry in zip(tried, body.get("result", []), strict=False):
            deleted = entry["_type"] == "record"
            if deleted != expected(who, ada.user_id, access, "write"):
                wrong.append((name, access, entry))
        if who.asker.token is None and not who.is_master:
            assert body["error"]["code"] == 101

    assert wrong == []


def test_an_empty_user_id_owns_nothing(anyone: Asker, master: Asker) -> None:
    master.save({"_id": "doc/1", "_access": [{"user_id": "", "level": "read"}]})

    assert anyone.keys("doc") == []


def test_private_records_are_their_users_alone(
    anyone: Asker, ada: Asker, bob: Asker, master: Asker
) -> None:
    everyone = [{"public": True, "level": "write"}]
    ada.save({"_id": "diary/1", "_access": everyone}, database_id="_private")

    assert ada.keys("diary", database_id="_private") == ["1"]
    assert master.keys("diary", database_id=ada.user_id) == ["1"]
    assert master.keys("diary", database_id="_union") == ["1"]
    assert [bob.keys("diary"), bob.keys("diary", database_id="_private")] == [[], []]
    for database, code in ((ada.user_id, 102), ("_union", 101), ("_nope", 108)):
        refused = bob.code("record:query", record_type="diary", database_id=database)
        assert refused[1] == code
    refused = anyone.code("record:query", record_type="diary", database_id="_private")
    assert refused == (401, 101)
    [entry] = bob.save({"_id": "diary/1"}, database_id="_private")
    assert entry["code"] == 109

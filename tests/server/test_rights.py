"""Who may read and write a record: the same by every path, as a table says."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import attrs
import pytest

if TYPE_CHECKING:
    from .asking import Asker

pytestmark = pytest.mark.slow

Entry = dict[str, Any]
LEVELS = ("read", "write")


def lists(ada: str, bob: str) -> list[list[Entry] | None]:
    """Return access lists of every form, and all of them with two entries."""
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
    pairs = [[one, other] for one, other in product(single, single)]
    return [None, [], *([entry] for entry in single), *pairs]


@attrs.frozen
class Who:
    """One who asks, as the oracle sees them."""

    asker: Asker
    roles: frozenset[str] = frozenset()
    is_master: bool = False
    is_disabled: bool = False

    @property
    def may_write(self) -> bool:
        """Whether there is anything that they may write."""
        return self.is_master or bool(self.asker.token and not self.is_disabled)


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
    boss, cat, dan = (anyone.signup(name) for name in ("boss", "cat", "dan"))
    anyone.as_master().result("auth:disable:set", auth_id=dan.user_id, disabled=True)
    master.result("role:assign", users=[boss.user_id], roles=["boss", "extra"])
    return {
        "anyone": Who(anyone),
        "ada": Who(ada),
        "bob": Who(bob),
        "boss": Who(boss, frozenset({"boss", "extra"})),
        "cat": Who(cat),
        "dan, who is disabled": Who(attrs.evolve(dan, user_id=""), is_disabled=True),
        "master": Who(master, is_master=True),
    }


@attrs.frozen
class Doc:
    """One record that is asked for, as the oracle sees it."""

    key: str
    owner: str
    access: list[Entry] | None


def documents(everyone: dict[str, Who]) -> list[Doc]:
    """Save a document with each access list, of two owners, and a hop to each."""
    ada, bob = everyone["ada"].asker, everyone["bob"].asker
    docs: list[Doc] = []
    for name, asker in (("a", ada), ("b", bob)):
        tried = lists(ada.user_id, bob.user_id)
        made = [Doc(f"{name}{n}", asker.user_id, each) for n, each in enumerate(tried)]
        asker.save(*map(saved, made))
        asker.save(*({"_id": f"hop/{doc.key}", "to": doc_ref(doc)} for doc in made))
        docs += made
    return docs


def saved(doc: Doc) -> dict[str, Any]:
    record: dict[str, Any] = {"_id": f"doc/{doc.key}", "v": f"v{doc.key}"}
    return record if doc.access is None else {**record, "_access": doc.access}


def doc_ref(doc: Doc) -> dict[str, str]:
    return {"$type": "ref", "$id": f"doc/{doc.key}"}


def allowed(who: Who, docs: list[Doc], level: str) -> set[str]:
    """Return the documents that *who* may read or write, as the oracle says."""
    return {doc.key for doc in docs if expected(who, doc.owner, doc.access, level)}


def test_reading_by_every_path_and_writing_follow_the_access_list(
    everyone: dict[str, Who],
) -> None:
    docs = documents(everyone)
    wrong: list[tuple[Any, ...]] = []
    checked = 0

    for name, who in everyone.items():
        readable = allowed(who, docs, "read")
        for path, found in read_by_every_path(who.asker, docs).items():
            checked += len(docs)
            if found != readable:
                wrong.append((name, path, found ^ readable))
        writable = allowed(who, docs, "write") if who.may_write else set[str]()
        for path, found in written_by_every_path(who.asker, docs, writable).items():
            checked += len(docs)
            if found != writable:
                wrong.append((name, path, found ^ writable))

    assert wrong == []
    assert checked > 60_000


def read_by_every_path(asker: Asker, docs: list[Doc]) -> dict[str, set[str]]:
    """Return which documents *asker* comes by, by the path that led to them."""
    everything = {doc.key for doc in docs}
    to_v = {"$type": "keypath", "$val": "to.v"}
    to, v = ({"$type": "keypath", "$val": name} for name in ("to", "v"))
    fetched = asker.result("record:fetch", ids=[f"doc/{doc.key}" for doc in docs])
    hops = asker.result("record:query", record_type="hop", include={"to": to})
    count = asker.ask("record:query", record_type="doc", count=True, limit=0)
    queried = set(asker.keys("doc"))
    counted = queried if count["info"]["count"] == len(queried) else set[str]()
    values = [f"v{key}" for key in sorted(everything)]
    in_all = [["in", to_v, values[n : n + 900]] for n in range(0, len(values), 900)]
    return {
        "fetch": {e["_id"][4:] for e in fetched if e["_type"] == "record"},
        "query": queried,
        "query that filters": set(asker.keys("doc", predicate=["like", v, "v%"])),
        "query that sorts": set(asker.keys("doc", sort=[[v, "desc"]])),
        "count": counted,
        "include": {h["_id"][4:] for h in hops if h["_transient"]["to"]},
        "keypath": set(asker.keys("hop", predicate=["like", to_v, "v%"])),
        "keypath in a list": set(asker.keys("hop", predicate=["or", *in_all])),
        "keypath is not null": set(asker.keys("hop", predicate=["neq", to_v, None])),
        "keypath is null": everything
        - set(asker.keys("hop", predicate=["eq", to_v, None])),
        "negation": set(asker.keys("hop", predicate=["not", ["eq", to_v, "w"]])),
    }


def written_by_every_path(
    asker: Asker, docs: list[Doc], writable: set[str]
) -> dict[str, set[str]]:
    """Return which documents *asker* may change, singly and all at once."""
    records = [{"_id": f"doc/{doc.key}", "w": 1} for doc in docs]
    body = asker.ask("record:save", records=records)
    saved = {
        entry["_id"][4:]
        for entry in body.get("result", [])
        if entry["_type"] == "record"
    }
    atomic = asker.ask("record:save", records=records, atomic=True)
    denied: dict[str, Any] = atomic.get("error", {}).get("info") or {}
    refused = {key.partition("/")[2] for key in denied}
    whole = writable if "result" in atomic else {doc.key for doc in docs} - refused
    return {"save": saved, "atomic save": whole if saved else set()}


def test_deleting_follows_the_access_list(everyone: dict[str, Who]) -> None:
    ada = everyone["ada"].asker
    tried = lists(ada.user_id, everyone["bob"].asker.user_id)
    wrong: list[tuple[Any, ...]] = []

    for name, who in everyone.items():
        docs = [
            Doc(f"{name}{number}", ada.user_id, access)
            for number, access in enumerate(tried)
        ]
        ada.save(*map(saved, docs))
        body = who.asker.ask("record:delete", ids=[f"doc/{doc.key}" for doc in docs])
        deleted = {
            e["_id"][4:] for e in body.get("result", []) if e["_type"] != "error"
        }
        if not who.may_write:
            assert body["error"]["code"] == (127 if who.is_disabled else 101)
        elif deleted != allowed(who, docs, "write"):
            wrong.append((name, deleted ^ allowed(who, docs, "write")))

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

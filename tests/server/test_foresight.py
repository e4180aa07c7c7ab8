"""What is foreseen takes one statement, and is answered as it is without."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from skysyn.server import Server
from skysyn.server.services import open_services

from .asking import Asker, settings
from .redis_server import RedisServer, find_program
from .statements import statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .postgres import Postgres

SECRET = "0123456789abcdef0123456789abcdef"
CREATOR = {"by": {"$type": "keypath", "$val": "_created_by"}}
EDITORS = [{"role": "editor", "level": "read"}]


def by_id(key: str) -> list[Any]:
    return ["eq", {"$type": "keypath", "$val": "_id"}, key]


def find(asker: Asker, key: str, **more: Any) -> Any:
    """Return what *asker* finds by the id of a note."""
    return asker.result(
        "record:query", record_type="note", predicate=by_id(key), **more
    )


def fetch(asker: Asker, key: str) -> Any:
    """Return what *asker* fetches by the id of a note."""
    return asker.result("record:fetch", ids=[f"note/{key}"])


@pytest.fixture(scope="module", params=["database", "jwt", "redis"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server on PostgreSQL, with sessions kept in each way."""
    where: str = request.param
    if where == "redis":
        redis: RedisServer = request.getfixturevalue("redis_server")
        where = redis.url
    postgres: Postgres = request.getfixturevalue("postgres")
    made = settings(
        database=postgres.new_database(), token_store=where, token_secret=SECRET
    )
    with Server(made) as running:
        yield running


@pytest.fixture
def ada(server: Server) -> Asker:
    """A user with two roles, whose notes are there."""
    master = Asker(server).as_master()
    ada = Asker(server).signup(f"ada {time.time_ns()}")
    master.result("role:assign", roles=["editor", "author"], users=[ada.user_id])
    mine = [{"user_id": ada.user_id, "level": "read"}]
    master.save(
        {"_id": "note/open", "title": "open"},
        {"_id": "note/hers", "title": "hers", "_access": mine},
        {"_id": "note/editors", "title": "theirs", "_access": EDITORS},
        {"_id": "note/closed", "title": "closed", "_access": []},
    )
    return ada


@pytest.fixture
def bob(server: Server) -> Asker:
    """A user without a role."""
    return Asker(server).signup(f"bob {time.time_ns()}")


def titles(asker: Asker) -> list[str]:
    """Return the titles that *asker* finds by id, in one statement each."""
    found: list[Any] = []
    for key in ("open", "hers", "editors", "closed", "nowhere"):
        with statements() as said:
            found += find(asker, key)
        assert len(said) == 1, said
    return [record["title"] for record in found]


def test_who_may_see_a_record_finds_it_in_one_statement(ada: Asker, bob: Asker) -> None:
    anybody = Asker(ada.server)

    assert titles(ada) == ["open", "hers", "theirs"]
    assert titles(bob) == titles(anybody) == ["open"]
    assert titles(ada.as_master()) == ["open", "hers", "theirs", "closed"]


def test_one_record_is_fetched_in_one_statement(ada: Asker, bob: Asker) -> None:
    with statements() as said:
        mine, theirs = fetch(ada, "hers"), fetch(bob, "hers")
        absent = fetch(ada, "nowhere")

    assert len(said) == 3
    assert mine[0]["title"] == "hers"
    assert [theirs[0]["code"], absent[0]["code"]] == [102, 110]


def test_what_is_foreseen_is_what_is_found_without(ada: Asker) -> None:
    [foreseen] = find(ada, "hers")
    with statements() as said:
        [found] = find(ada, "hers", include=CREATOR)

    assert len(said) > 1
    del found["_transient"]
    assert found == foreseen


def revoke(ada: Asker) -> None:
    """Take Ada's roles away."""
    ada.as_master().result("role:revoke", roles=["editor"], users=[ada.user_id])


def logout(ada: Asker) -> None:
    """End Ada's session."""
    ada.result("auth:logout")


def disable(ada: Asker) -> None:
    """Shut Ada out."""
    ada.as_master().result("auth:disable:set", auth_id=ada.user_id, disabled=True)


def change_password(ada: Asker) -> None:
    """Give Ada another password, which ends her sessions."""
    time.sleep(0.01)
    master = ada.as_master()
    master.result("auth:reset_password", auth_id=ada.user_id, password="other")


@pytest.mark.parametrize("happens", [revoke, logout, disable, change_password])
def test_who_loses_a_right_has_lost_it_at_once(
    ada: Asker, happens: Callable[[Asker], None]
) -> None:
    assert len(find(ada, "editors")) == 1

    happens(ada)

    foreseen = ada.ask("record:query", record_type="note", predicate=by_id("editors"))
    found = ada.ask(
        "record:query",
        record_type="note",
        predicate=by_id("editors"),
        include=CREATOR,
    )
    assert foreseen == found
    assert not foreseen.get("result")


def test_what_another_server_changes_is_seen_at_once(
    ada: Asker, postgres: Postgres
) -> None:
    master = ada.as_master()
    with Server(ada.server.settings) as other:
        elsewhere = Asker(other).as_master()
        master.save({"_id": "note/shared", "title": "old"})
        for number in range(8):  # statements are prepared when they come often
            assert [x["title"] for x in find(elsewhere, "shared")] == ["old"]
            name = f"field{number}"
            master.save({"_id": "note/shared", name: number})
            assert find(elsewhere, "shared")[0][name] == number
        rename = {"record_type": "note", "item_type": "field", "item_name": "title"}
        master.result("schema:rename", **rename, new_name="headline")
        assert find(elsewhere, "shared")[0]["headline"] == "old"
        elsewhere.result(
            "schema:rename",
            record_type="note",
            item_type="field",
            item_name="headline",
            new_name="title",
        )
        assert find(master, "shared")[0]["title"] == "old"


def test_a_type_that_is_new_is_found(ada: Asker) -> None:
    name = f"type{time.time_ns()}"
    asked = {"record_type": name, "predicate": by_id("1")}
    assert ada.result("record:query", **asked) == []

    ada.save({"_id": f"{name}/1"})

    assert len(ada.result("record:query", **asked)) == 1


def test_what_is_not_foreseen_is_answered_all_the_same(ada: Asker) -> None:
    [asset] = [
        ada.result(
            "asset:put",
            filename="a.txt",
            **{"content-type": "text/plain", "content-size": 1},
        )
    ]
    ada.save(
        {"_id": "paper/1", "file": {"$type": "asset", "$name": asset["asset"]["$name"]}}
    )
    ada.save({"_id": "paper/2"}, database_id="_private")

    papers = {"record_type": "paper"}
    [shown] = ada.result("record:query", **papers, predicate=by_id("1"))
    assert shown["file"]["$content_type"] == "text/plain"
    private = {"database_id": "_private"}
    assert (
        len(ada.result("record:query", **papers, predicate=by_id("2"), **private)) == 1
    )
    assert ada.result("record:query", **papers, predicate=by_id("2")) == []
    assert (
        ada.code("record:query", record_type="paper", predicate=["nonsense"])[1] == 108
    )


def test_who_has_many_roles_is_found_in_one_row(ada: Asker) -> None:
    roles = [f"role {number}" for number in range(50)]
    ada.as_master().result("role:assign", roles=roles, users=[ada.user_id])
    rows: list[int] = []

    def note(*given: Any) -> None:
        rows.append(given[1].rowcount)

    event.listen(Engine, "after_cursor_execute", note)
    try:
        found = find(ada, "editors")
    finally:
        event.remove(Engine, "after_cursor_execute", note)

    assert (len(found), rows) == (1, [1])
    known = ada.as_master().result("role:get", users=[ada.user_id])
    assert sorted(known[ada.user_id]) == sorted([*roles, "author", "editor"])


def test_who_has_a_wrong_key_learns_nothing_else(ada: Asker) -> None:
    stranger = Asker(ada.server, "wrong", ada.token)
    nonsense: dict[str, Any] = {"record_type": "note", "sort": [[CREATOR["by"], []]]}

    assert stranger.code("record:query", **nonsense)[1] == 103
    assert ada.code("record:query", **nonsense)[1] == 108


def test_who_has_a_wrong_key_is_told_so_without_redis_too(postgres: Postgres) -> None:
    program = find_program()
    if program is None:
        pytest.skip("Redis is not installed: no redis-server was found")
    with RedisServer(program) as redis:
        made = settings(database=postgres.new_database(), token_store=redis.url)
        with Server(made) as server:
            ada = Asker(server).signup("ada")
            redis.stop()

            refused = [
                who.code("record:fetch", ids=["note/1"])
                for who in (attrs.evolve(ada, key="wrong"), ada)
            ]

    assert refused == [(401, 103), (503, 10002)]


def test_what_takes_too_long_is_not_begun_again(postgres: Postgres) -> None:
    made = settings(database=postgres.new_database(), response_seconds=1)
    with Server(made) as server, open_services(made) as other:
        master = Asker(server).as_master()
        master.save({"_id": "note/1"})
        with other.store.write() as work, statements() as said:
            work.connection.exec_driver_sql("LOCK TABLE note")

            refused = master.code("record:fetch", ids=["note/1"])

    assert refused[1] == 122
    assert len(said) == 2, said


def test_a_connection_that_was_lost_is_made_again(
    ada: Asker, postgres: Postgres
) -> None:
    find(ada, "hers")

    postgres.end_connections()

    assert len(find(ada, "hers")) == 1

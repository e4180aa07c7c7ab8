"""Sessions that have ended leave nothing behind, and a reset ends the newer ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs
import pytest
import time_machine
from sqlalchemy import insert, select

from skysyn.server import Server
from skysyn.server.services import open_services
from skysyn.server.store import Store, system

from .asking import Asker, settings
from .test_tokens import kept, login

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn.server import Settings

    from .postgres import Postgres
    from .redis_server import RedisServer


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that outlives its server."""
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        return postgres.new_database()
    return str(tmp_path / "db")


def rows(database: str) -> set[str]:
    """Return whose sessions stand in a database."""
    store = Store(database, "myapp")
    with store.read() as work:
        found = set(work.connection.execute(select(system.token.c.auth_id)).scalars())
    store.close()
    return found


def test_sessions_that_a_new_password_ends_are_deleted(database: str) -> None:
    with Server(settings(database=database)) as server:
        ada, bob = Asker(server).signup("ada"), Asker(server).signup("bob")
        login(ada)
        made = ada.result("auth:password", old_password="secret", password="new")
        store = Store(database, "myapp")
        with store.read() as work:
            found = work.connection.execute(select(system.token.c.auth_id)).scalars()
            left = sorted(found)
        store.close()

    assert left == sorted([ada.user_id, bob.user_id])
    with Server(settings(database=database)) as server:
        new = attrs.evolve(ada, server=server, token=made["access_token"])
        assert new.result("me")["user_id"] == ada.user_id


def test_sessions_that_a_reset_password_ends_are_deleted(database: str) -> None:
    with Server(settings(database=database)) as server:
        ada, bob = Asker(server).signup("ada"), Asker(server).signup("bob")
        reset = {"auth_id": ada.user_id, "password": "new"}
        made = ada.as_master().result("auth:reset_password", **reset)
        attrs.evolve(ada, token=made["access_token"]).result("auth:logout")

    assert rows(database) == {bob.user_id}


def test_sessions_that_ended_before_are_deleted_at_the_start(database: str) -> None:
    with Server(settings(database=database)) as server:
        ada = Asker(server).signup("ada")
        ada.result("auth:password", old_password="secret", password="new")
        bob = Asker(server).signup("bob")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    old = {"digest": "old", "auth_id": ada.user_id, "issued_at": yesterday}
    there = settings(database=database)
    with open_services(there) as services, services.store.write() as work:
        work.connection.execute(insert(system.token), old)

    with open_services(there) as services, services.store.read() as work:
        found = work.connection.execute(select(system.token)).all()

    assert {row.auth_id for row in found} == {ada.user_id, bob.user_id}
    assert "old" not in {row.digest for row in found}


@pytest.mark.parametrize("seconds", [0, 60])
def test_redis_forgets_sessions_that_a_new_password_ends(
    redis_server: RedisServer, seconds: int
) -> None:
    with redis_server.client as client:
        client.flushall()
        there = settings(token_store=redis_server.url, token_seconds=seconds)
        with Server(there) as server:
            ada, bob = Asker(server).signup("ada"), Asker(server).signup("bob")
            login(ada)
            login(ada).result("auth:logout")
            before = len(client.keys("skysyn:myapp:token:*"))
            ada.result("auth:password", old_password="secret", password="new")
            after = len(client.keys("skysyn:myapp:token:*"))

            assert bob.result("me")["user_id"] == bob.user_id
        client.flushall()

    # a key for each session, and one for each user who has any
    assert (before, after) == (5, 4)


@pytest.fixture(params=["database", "jwt", "redis"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server whose sessions are kept in each kind of store."""
    there: Settings = kept(request, request.param)
    with Server(attrs.evolve(there, token_seconds=60)) as running:
        yield running


def is_known(asker: Asker) -> bool:
    """Return whether the session of *asker* goes on; fail unless it ended well."""
    body = asker.ask("me")
    return "error" not in body or body["error"]["code"] != 104


def test_a_reset_ends_the_sessions_since_the_start(server: Server) -> None:
    for _ in range(2):
        ada = Asker(server).signup("ada")
        server.reset()
        again = Asker(server).signup("ada")

        assert (is_known(ada), is_known(again)) == (False, True)
        server.reset()


def test_a_reset_ends_the_sessions_since_the_snapshot_and_no_others(
    server: Server,
) -> None:
    ada = Asker(server).signup("ada")
    ended = login(ada)
    snapshot = server.snapshot()

    for _ in range(2):
        newer = login(ada)
        ended.result("auth:logout")
        server.reset(snapshot)
        newest = login(ada)
        found = [is_known(asker) for asker in (ada, ended, newer, newest)]

        assert found == [True, True, False, True]


def test_a_reset_brings_back_the_sessions_that_a_new_password_ended(
    server: Server,
) -> None:
    ada = Asker(server).signup("ada")
    snapshot = server.snapshot()

    ada.result("auth:password", old_password="secret", password="new")
    ended = is_known(ada)
    server.reset(snapshot)

    assert (ended, is_known(ada), is_known(login(ada))) == (False, True, True)


def test_several_snapshots_each_know_their_own_sessions(server: Server) -> None:
    ada = Asker(server).signup("ada")
    first = server.snapshot()
    later = login(ada)
    second = server.snapshot()
    last = login(ada)

    found: list[list[bool]] = []
    for snapshot in (second, first, second):
        server.reset(snapshot)
        found.append([is_known(asker) for asker in (ada, later, last)])

    one, two = [True, False, False], [True, True, False]
    assert found == [two, one, two]


def test_a_reset_ends_newer_sessions_while_the_clock_stands_still(
    server: Server,
) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=1), tick=False):
        ada = Asker(server).signup("ada")
        snapshot = server.snapshot()
        newer = login(ada)
        server.reset(snapshot)

        assert (is_known(ada), is_known(newer)) == (True, False)


def test_a_reset_leaves_what_others_keep_in_the_same_redis(
    redis_server: RedisServer,
) -> None:
    with redis_server.client as client:
        client.flushall()
        here = settings(token_store=redis_server.url, app="here")
        with Server(here) as one, Server(attrs.evolve(here, app="here_too")) as two:
            ada, bob = Asker(one).signup("ada"), Asker(two).signup("bob")
            client.set("skysyn:other", "kept")
            one.reset()

            assert (is_known(ada), is_known(bob)) == (False, True)
            assert client.get("skysyn:other") == b"kept"
        client.flushall()

"""A server goes back to how it was: at its start, or when a snapshot was taken."""

from __future__ import annotations

import io
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from skysyn.errors import StateError
from skysyn.server import Server
from skysyn.server import snapshot as snapshots
from skysyn.server.folder_assets import FolderAssets
from skysyn.server.services import open_services
from skysyn.server.store import files

from .asking import Asker, settings
from .worlds import RECORDS, ref

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from skysyn.server.context import Services


def everything(anyone: Asker) -> dict[str, Any]:
    """Return what the master finds out about an app."""
    master = anyone.as_master()
    schema = master.result("schema:fetch")
    types = sorted(schema["record_types"])
    order = [[{"$type": "keypath", "$val": "_id"}, "asc"]]
    union = {"database_id": "_union", "sort": order}
    records = {t: master.ask("record:query", record_type=t, **union) for t in types}
    rules = master.result("schema:field_access:get")
    return {"schema": schema, "records": records, "rules": rules}


def use(anyone: Asker) -> Asker:
    """Do something of everything."""
    ada, bob, master = anyone.signup("ada"), anyone.signup("bob"), anyone.as_master()
    master.result("role:assign", users=[ada.user_id], roles=["boss"])
    ada.save({"_id": "note/1", "n": {"$type": "seq"}, "title": "a", "at": None})
    ada.save({"_id": "hop/1", "to": ref("note/1")})
    ada.save({"_id": "note/1", "back": ref("hop/1")}, {"_id": "note/2", "n": 7})
    ada.save({"_id": "user/" + ada.user_id, "age": 36})
    bob.save({"_id": "diary/1"}, database_id="_private")
    master.result("schema:access", type="note", create_roles=["boss"])
    return ada


def test_a_reset_server_is_as_it_was_at_its_start(anyone: Asker) -> None:
    before = everything(anyone)
    ada = use(anyone)

    anyone.server.reset()

    assert ada.code("me") == (401, 104)
    assert everything(anyone) == before
    use(anyone)
    again = everything(anyone)
    anyone.server.reset()
    anyone.server.reset()
    assert everything(anyone) == before
    assert again != before


def test_a_reset_server_goes_back_to_its_snapshot(anyone: Asker) -> None:
    ada = use(anyone)
    snapshot, before = anyone.server.snapshot(), everything(anyone)
    master = anyone.as_master()

    for _ in range(2):
        ada.save({"_id": "note/3", "more": 1.5}, {"_id": "new/1", "x": True})
        ada.save({"_id": "hop/1", "to": None}, {"_id": "note/1", "back": None})
        ada.result("record:delete", ids=["note/1", "hop/1"])
        master.result("schema:delete", record_type="note", item_name="title")
        master.result("schema:delete", record_type="user", item_name="email")
        anyone.signup("carl")
        anyone.server.reset(snapshot)

        assert everything(anyone) == before
    [made] = ada.save({"_id": "note/4"})
    assert made["n"] == 8
    assert ada.ask("me")["result"]["roles"] == ["boss"]
    taken = anyone.code("auth:signup", auth_data={"username": "ADA"}, password="x")
    assert taken == (409, 109)


def test_fields_change_their_kind_between_resets(anyone: Asker) -> None:
    for value in (1, "one", True, {"a": 1}, "two", 2) * 2:
        anyone.as_master().save({"_id": "note/1", "v": value})
        for _ in range(6):
            found = anyone.result("record:query", record_type="note")
            assert [record["v"] for record in found] == [value]

        anyone.server.reset()


def test_files_come_back_with_a_snapshot_and_go_with_a_reset() -> None:
    with ExitStack() as stack:
        services = stack.enter_context(open_services(settings()))
        start, assets = snapshots.start_of(services), services.assets
        assert isinstance(assets, FolderAssets)
        store(services, "kept", b"one")
        store(services, "lost", b"one")
        store(services, "never sent", b"")
        kept = snapshots.take(services, stack)
        assets.store("kept", io.BytesIO(b"two"))
        assets.path("lost").unlink()
        store(services, "new", b"new")

        snapshots.put(services, kept)

        paths = [assets.path(name) for name in ("kept", "lost", "never sent", "new")]
        assert [path.exists() for path in paths] == [True, True, False, False]
        assert [path.read_bytes() for path in paths[:2]] == [b"one", b"one"]
        snapshots.put(services, start)
        assert [path.exists() for path in paths] == [False] * 4


def store(services: Services, name: str, content: bytes) -> None:
    with services.store.write() as work:
        files.announce(work, name, "text/plain", len(content))
    services.assets.store(name, io.BytesIO(content))


def test_an_app_that_was_there_is_not_lost_by_a_reset(tmp_path: Path) -> None:
    found = settings(database=str(tmp_path / "db"))
    with Server(found) as server:
        Asker(server).signup("ada")
        server.reset()
        Asker(server).signup("bob")

    with Server(found) as server, pytest.raises(StateError, match="take a snapshot"):
        server.reset()
    with Server(found) as server:
        snapshot = server.snapshot()
        Asker(server).signup("carl")
        server.reset(snapshot)
        users = Asker(server).as_master().result("record:query", record_type="user")
    assert [user["username"] for user in users] == ["bob"]


def test_snapshots_fit_their_own_kind_of_database(anyone: Asker) -> None:
    with Server(settings()) as server:
        other = server.snapshot()

    if anyone.server.settings.database == ":memory:":
        anyone.server.reset(other)
    else:
        with pytest.raises(StateError, match="another kind of database"):
            anyone.server.reset(other)


def test_a_field_that_is_made_again_may_be_of_another_kind(anyone: Asker) -> None:
    master = anyone.as_master()
    with other_process(anyone) as other:
        for value in (1, "one", True) * 2:
            master.save({"_id": "note/1", "v": value})

            for _ in range(8):  # what is asked often is prepared by the database
                [found] = other.result("record:query", record_type="note")
                assert found["v"] == value
            master.result("schema:delete", record_type="note", item_name="v")


@contextmanager
def other_process(anyone: Asker) -> Generator[Asker]:
    """A second server of the same database, where that can be."""
    known = anyone.server.settings
    with ExitStack() as stack:
        server = anyone.server
        if known.database != ":memory:":
            server = stack.enter_context(Server(known))
        yield Asker(server)


@hypothesis_settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
@given(before=RECORDS, after=RECORDS)
def test_any_records_come_back(anyone: Asker, before: Any, after: Any) -> None:
    anyone.server.reset()
    save(anyone, before)
    snapshot, found = anyone.server.snapshot(), everything(anyone)

    save(anyone, after)
    anyone.server.reset(snapshot)

    assert everything(anyone) == found


def save(anyone: Asker, records: Any) -> None:
    for (name, key), (fields, access, _) in records.items():
        saved = {"_id": f"{name}/{key}", "_access": access, **fields}
        anyone.as_master().ask("record:save", records=[saved])


@pytest.mark.alone
def test_ten_thousand_records_are_gone_in_milliseconds(anyone: Asker) -> None:
    taken: list[float] = []
    for _ in range(3):
        for start in range(0, 10_000, 1000):
            notes = [{"_id": f"note/{n}", "n": n} for n in range(start, start + 1000)]
            anyone.as_master().save(*notes)
        started = time.perf_counter()
        anyone.server.reset()
        taken.append(time.perf_counter() - started)

    assert anyone.keys("note") == []
    assert min(taken) < 0.03

"""What somebody else changes while a record is being saved."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn.dialects.skygear.access import Entry
from skysyn.dialects.skygear.batches import Incoming
from skysyn.errors import RemoteError
from skysyn.models import RecordID, Sequence
from skysyn.server import Server
from skysyn.server.services import open_services
from skysyn.server.store import Store, records, users
from skysyn.server.store.caller import Caller, Scope
from skysyn.server.store.saving import Saving, wanted

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from skysyn.server.store import Work
    from skysyn.server.store.records import Stored

    from .postgres import Postgres

NOTE = RecordID("note", "n")
PUBLIC = (Entry(level="write", public=True),)
PRIVATE: tuple[Entry, ...] = ()


@pytest.fixture
def store(postgres: Postgres) -> Iterator[Store]:
    """A store in which several can write at once, with a note of Ada's for all."""
    with closing(Store(postgres.new_database(), "app")) as made:
        with made.write() as work:
            for name in ("ada", "bob"):
                users.create(work, name, None)
        made.extend(wanted([Incoming(NOTE, {"x": 1})]))
        assert isinstance(save(made, Incoming(NOTE, {"x": 1}, PUBLIC)), records.Stored)
        yield made


@pytest.fixture
def meanwhile() -> Iterator[ThreadPoolExecutor]:
    """Somebody who works at the same time."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def save(store: Store, item: Incoming, user: str = "ada") -> Stored | RemoteError:
    """Save one record in a transaction of its own."""
    with store.write() as work:
        [outcome] = Saving(work, Caller(user), Scope()).save([item])
    return outcome


def wait(postgres: Postgres, other: Future[Any]) -> None:
    """Wait until the *other* has done it, or waits for what is held here."""
    while not other.done() and not postgres.is_waited_for():
        time.sleep(0.01)


@attrs.define
class Rival:
    """Does something when somebody else's record is about to be written."""

    does: Callable[[], None]

    def revise(
        self, _: Work, __: Stored, ___: Stored | None, ____: Iterable[str]
    ) -> None:
        self.does()


def test_who_saves_a_field_leaves_the_access_that_another_gives(
    store: Store, postgres: Postgres, meanwhile: ThreadPoolExecutor
) -> None:
    def make_private() -> None:
        item = Incoming(NOTE, {}, PRIVATE)
        wait(postgres, meanwhile.submit(save, store, item))

    with store.write() as work:
        mine = attrs.evolve(work, reviser=Rival(make_private))
        Saving(mine, Caller("ada"), Scope()).save([Incoming(NOTE, {"x": 2})])
    meanwhile.shutdown()

    with store.read() as work:
        [found] = records.load(work, "note", ["n"], Scope()).values()
    assert (found.access, found.values) == ([], {"x": 2})


def test_who_may_no_longer_change_a_record_does_not(
    store: Store, postgres: Postgres, meanwhile: ThreadPoolExecutor
) -> None:
    with store.write() as work:
        Saving(work, Caller("ada"), Scope()).save([Incoming(NOTE, {}, PRIVATE)])
        theirs = meanwhile.submit(save, store, Incoming(NOTE, {"x": 3}), "bob")
        wait(postgres, theirs)

    refused = theirs.result()
    assert isinstance(refused, RemoteError)
    assert refused.code == 102


def test_who_may_no_longer_delete_a_record_does_not(
    postgres: Postgres, meanwhile: ThreadPoolExecutor
) -> None:
    made = settings(database=postgres.new_database())
    with Server(made) as server, open_services(made) as other:
        ada, bob = (Asker(server).signup(name) for name in ("ada", "bob"))
        ada.save({"_id": "note/n", "_access": [{"public": True, "level": "write"}]})
        with other.store.write() as work:
            mine = Saving(work, Caller(ada.user_id), Scope())
            mine.save([Incoming(NOTE, {}, PRIVATE)])
            theirs = meanwhile.submit(bob.result, "record:delete", ids=["note/n"])
            wait(postgres, theirs)

        [refused] = theirs.result()
        assert refused["code"] == 102
        assert ada.keys("note") == ["n"]


def test_numbers_are_counted_on_from_the_highest_of_all(
    store: Store, postgres: Postgres, meanwhile: ThreadPoolExecutor
) -> None:
    def numbered(key: str, number: object) -> Incoming:
        return Incoming(RecordID("bill", key), {"number": number})

    store.extend(wanted([numbered("a", Sequence())]))
    with store.write() as work:
        Saving(work, Caller("ada"), Scope()).save([numbered("a", 10)])
        theirs = meanwhile.submit(save, store, numbered("b", 5))
        wait(postgres, theirs)
    theirs.result()

    made = save(store, numbered("c", Sequence()))
    assert isinstance(made, records.Stored)
    assert made.values == {"number": 11}


def test_records_are_taken_in_one_order_however_they_are_sent(
    postgres: Postgres, meanwhile: ThreadPoolExecutor
) -> None:
    made = settings(database=postgres.new_database())
    with Server(made) as server, open_services(made) as other:
        ada = Asker(server).signup("ada")
        ids = ["note/1", "note/2", "page/1"]
        ada.save(*({"_id": name, "x": 1} for name in ids))
        with other.store.write() as work:
            first = RecordID("note", "1")
            records.hold(work, [first], Scope())
            backwards = [{"_id": name, "x": 2} for name in reversed(ids)]
            theirs = meanwhile.submit(ada.save, *backwards)
            wait(postgres, theirs)

            rest = [RecordID("page", "1"), RecordID("note", "2")]
            held = records.hold(work, rest, Scope())

        assert sorted(map(str, held)) == ["note/2", "page/1"]
        assert [record["x"] for record in theirs.result()] == [2, 2, 2]

"""A record that somebody else makes while it is being saved."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import attrs
import pytest

from skysyn.dialects.skygear.batches import Incoming
from skysyn.errors import RemoteError
from skysyn.models import RecordID
from skysyn.server.store import Store, users
from skysyn.server.store.caller import Caller, Scope
from skysyn.server.store.saving import Saving, wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from skysyn.server.store import Work
    from skysyn.server.store.records import Stored

    from .postgres import Postgres

NOTE = RecordID("note", "n")
PUBLIC = Scope()


@pytest.fixture
def store(postgres: Postgres) -> Iterator[Store]:
    """A store in which several can write at once, with users and a type of records."""
    with closing(Store(postgres.new_database(), "app")) as made:
        with made.write() as work:
            for name in ("ada", "bob"):
                users.create(work, name, None)
        made.extend(wanted([Incoming(NOTE, {"mine": 1, "theirs": 1, "seen": "x"})]))
        yield made


def save(
    work: Work, user: str, fields: dict[str, object], scope: Scope = PUBLIC
) -> Stored | RemoteError:
    [outcome] = Saving(work, Caller(user), scope).save([Incoming(NOTE, fields)])
    return outcome


@attrs.define
class Rival:
    """Makes the record when somebody else is asked what becomes of it."""

    store: Store
    user: str = "ada"
    scope: Scope = PUBLIC
    originals: list[Stored | None] = attrs.field(factory=list["Stored | None"])

    def revise(
        self, _: Work, __: Stored, original: Stored | None, ___: Iterable[str]
    ) -> None:
        self.originals.append(original)
        if len(self.originals) == 1:
            with self.store.write() as other:
                save(other, self.user, {"theirs": 2}, self.scope)


def test_it_is_saved_as_one_that_is_there(store: Store) -> None:
    rival = Rival(store)

    with store.write() as work:
        saved = save(attrs.evolve(work, reviser=rival), "ada", {"mine": 3})

    assert not isinstance(saved, RemoteError)
    assert saved.values == {"mine": 3, "theirs": 2}
    before = [None if o is None else dict(o.values) for o in rival.originals]
    assert before == [None, {"theirs": 2}]


def test_one_of_a_private_database_stays_a_conflict(store: Store) -> None:
    with store.write() as work:
        rival = Rival(store, "bob", Scope("bob"))
        saved = save(attrs.evolve(work, reviser=rival), "ada", {"mine": 3})

    # in a database that is not theirs it cannot even be seen
    assert isinstance(saved, RemoteError)
    assert saved.code == 109

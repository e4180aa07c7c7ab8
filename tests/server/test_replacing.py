"""What replaces something replaces what another is just putting there, too."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from sqlalchemy import insert

from skysyn.cloud import App, AuthProvider, AuthResult, Options
from skysyn.server import Server
from skysyn.server.cloud import providers
from skysyn.server.services import open_services
from skysyn.server.store import catalog, system, users

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from skysyn.models import JSON
    from skysyn.server.store import Store, Work

    from .postgres import Postgres

RULE = {
    "record_type": "note",
    "record_field": "x",
    "user_role": "_any_user",
    "writable": True,
    "readable": True,
    "comparable": True,
    "discoverable": True,
}


class Example(AuthProvider):
    """Knows everybody as Ada."""

    def login(self, auth_data: Mapping[str, JSON]) -> AuthResult:
        return {"principal_id": "ada", "auth_data": dict(auth_data)}


@attrs.frozen
class Two:
    """The master, and another server that works on the same records."""

    master: Asker
    other: Store
    postgres: Postgres
    pool: ThreadPoolExecutor

    def answer(
        self, does: Callable[[Work], object], action: str, **payload: Any
    ) -> Any:
        """Return what *action* answers that is asked while the other *does* that."""
        with self.other.write() as work:
            does(work)
            found = self.pool.submit(self.master.result, action, **payload)
            self._wait(found)
        return found.result()

    def _wait(self, found: Future[Any]) -> None:
        while not found.done() and not self.postgres.is_waited_for():
            time.sleep(0.01)


@pytest.fixture
def app() -> App:
    """Cloud code that knows everybody as Ada."""
    app = App(Options())

    app.provides("auth", "com.example")(Example)
    return app


@pytest.fixture
def two(postgres: Postgres, app: App) -> Iterator[Two]:
    """Two servers on one database."""
    made = settings(database=postgres.new_database())
    with (
        Server(made, app) as server,
        open_services(made) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        master = Asker(server).as_master()
        master.save({"_id": "note/1", "x": 1})
        yield Two(master, other.store, postgres, pool)


def test_rules_for_fields_are_replaced_as_a_whole(two: Two) -> None:
    def add(work: Work) -> None:
        catalog.touch(work.connection)
        work.connection.execute(insert(system.field_access), RULE)

    mine = {**RULE, "record_field": "y"}
    answer = two.answer(add, "schema:field_access:update", access=[mine])

    assert answer == {"access": [mine]}
    assert two.master.result("schema:field_access:get") == answer


def test_who_may_create_records_is_replaced_as_a_whole(two: Two) -> None:
    def add(work: Work) -> None:
        catalog.touch(work.connection)
        users.know_roles(work, ["theirs"])
        row = {"record_type": "note", "role_id": "theirs"}
        work.connection.execute(insert(system.creation), row)

    two.answer(add, "schema:access", type="note", create_roles=["mine"])

    with two.other.read() as work:
        assert work.catalog.creators == {"note": frozenset({"mine"})}


@pytest.mark.parametrize(
    ("action", "flag"), [("role:admin", "is_admin"), ("role:default", "by_default")]
)
def test_roles_with_a_flag_are_replaced_as_a_whole(
    two: Two, action: str, flag: str
) -> None:
    two.answer(lambda work: users.flag(work, flag, ["theirs"]), action, roles=["mine"])

    with two.other.read() as work:
        assert users.flagged(work, flag) == {"mine"}


def test_who_logs_in_twice_at_once_by_a_provider_is_one_user(two: Two) -> None:
    def login(work: Work) -> None:
        principal = providers.Principal("com.example:ada", {})
        assert providers.holder(work, principal) is None
        users.create(work, "first", None)
        providers.note(work, "first", principal)

    answer = two.answer(login, "auth:login", provider="com.example")

    assert answer["user_id"] == "first"

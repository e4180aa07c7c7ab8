"""No session outlives a password that is changed while it begins."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

import attrs
import psycopg
import pytest

from skysyn.dialects.skygear.endpoint import Asked
from skysyn.errors import RemoteError
from skysyn.server.actions import ACTIONS
from skysyn.server.context import Context
from skysyn.server.services import open_services
from skysyn.server.sessions import hold

from .asking import KEY, MASTER, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from skysyn.server.context import Services
    from skysyn.server.store import Store, Work

    from .postgres import Postgres

SECRET = "0123456789abcdef0123456789abcdef"
ADA: dict[str, Any] = {"auth_data": {"username": "ada"}}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which several can read at once."""
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        return postgres.new_database()
    return str(tmp_path / "db")


@pytest.fixture(params=["database", "jwt"])
def services(database: str, request: pytest.FixtureRequest) -> Iterator[Services]:
    """What actions work with, with each kind of tokens."""
    made = settings(database=database, token_store=request.param, token_secret=SECRET)
    with open_services(made) as found:
        yield found


def ask(services: Services, action: str, token: str = "", **payload: Any) -> Any:
    """Return what *action* answers, or the code of its refusal."""
    key = MASTER if action == "auth:reset_password" else KEY
    context = Context(services, Asked(action, payload, key, token))
    try:
        with services.store.read() as work:
            for block in ACTIONS[action].chain:
                block(context, work)
        return ACTIONS[action].run(context)
    except RemoteError as error:
        return error.code


class Interrupted:
    """A store in which something happens before the first transaction that writes."""

    def __init__(self, store: Store, meanwhile: Callable[[], object]) -> None:
        self._store = store
        self._waiting = [meanwhile]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def write(self) -> Generator[Work]:
        """Open a transaction, later than it seems."""
        while self._waiting:
            self._waiting.pop()()
        with self._store.write() as work:
            yield work


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("auth:login", {**ADA, "password": "old"}, 105),
        ("auth:password", {"old_password": "old", "password": "third"}, 105),
        ("me", {}, 104),
    ],
)
def test_what_proved_who_asks_must_still_be_right_when_a_session_begins(
    services: Services, action: str, payload: dict[str, Any], code: int
) -> None:
    token = ask(services, "auth:signup", **ADA, password="old")["access_token"]

    def change() -> None:
        ask(services, "auth:password", token, old_password="old", password="new")

    store: Any = Interrupted(services.store, change)
    meanwhile = attrs.evolve(services, store=store)
    found = ask(meanwhile, action, token, **payload)

    assert found == code
    again = ask(services, "auth:login", **ADA, password="new")
    assert "access_token" in again


def test_a_reset_password_is_the_last_one(services: Services) -> None:
    ada = ask(services, "auth:signup", **ADA, password="old")

    def change() -> None:
        token = ada["access_token"]
        ask(services, "auth:password", token, old_password="old", password="new")

    store: Any = Interrupted(services.store, change)
    meanwhile = attrs.evolve(services, store=store)
    reset = {"auth_id": ada["user_id"], "password": "last"}
    made = ask(meanwhile, "auth:reset_password", **reset)

    assert ask(services, "me", made["access_token"])["user_id"] == ada["user_id"]
    assert ask(services, "auth:login", **ADA, password="new") == 105


def wait_for_a_lock(url: str) -> None:
    """Return when somebody waits for another transaction."""
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(waits).fetchone() == (0,):
            pass


def test_a_session_that_begins_while_a_new_password_waits_is_ended_by_it(
    postgres: Postgres,
) -> None:
    url = postgres.new_database()
    with open_services(settings(database=url)) as services:
        ada = ask(services, "auth:signup", **ADA, password="old")
        change = {"old_password": "old", "password": "new"}
        changing = Thread(
            target=ask,
            args=(services, "auth:password", ada["access_token"]),
            kwargs=change,
        )
        with services.store.write() as work:
            hold(work, ada["user_id"])
            changing.start()
            wait_for_a_lock(url)
            made = services.tokens.issue(work, ada["user_id"])
        changing.join()

        assert ask(services, "me", made) == 104

"""What has ended is deleted, but not at every login."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from skysyn.server.database_tokens import DatabaseTokens
from skysyn.server.purge import Purge
from skysyn.server.signed_tokens import SignedTokens
from skysyn.server.store import Store, system

if TYPE_CHECKING:
    from skysyn.server.store import Work

NOW = datetime.now(UTC)


def add(work: Work, *names: str) -> None:
    """Add sessions that ended, that will end, and that never do."""
    hour = timedelta(hours=1)
    ends = {"past": NOW - hour, "coming": NOW + 24 * hour, "never": None}
    rows = [{"id": name, "expires_at": ends[name.split("-")[0]]} for name in names]
    work.connection.execute(insert(system.ended_token), rows)


def there(work: Work) -> set[str]:
    return set(work.connection.execute(select(system.ended_token.c.id)).scalars())


def test_what_has_ended_is_deleted_at_the_start_and_now_and_then() -> None:
    clock = iter([0.0, 599.0, 600.0, 700.0])
    with closing(Store(":memory:", "app")) as store:
        with store.write() as work:
            add(work, "past", "coming", "never")
        purge = Purge(store, system.ended_token, lambda: next(clock))

        with store.write() as work:
            seen = [there(work)]
            add(work, "past-2")
            for _ in range(3):
                purge.maybe(work)
                seen.append(there(work))
                if "past-2" not in seen[-1]:
                    add(work, "past-2")

    kept = {"coming", "never"}
    assert seen == [kept, kept | {"past-2"}, kept, kept | {"past-2"}]


def test_logins_purge_sessions_that_have_ended() -> None:
    with closing(Store(":memory:", "app")) as store:
        clock = iter([0.0, 600.0])
        tokens = DatabaseTokens(store, 1)
        tokens.purge = Purge(store, system.token, lambda: next(clock))
        with store.write() as work:
            past = {"issued_at": NOW, "expires_at": NOW - timedelta(hours=1)}
            ended = {"digest": "d", "auth_id": "a", **past}
            work.connection.execute(insert(system.token), ended)
            tokens.issue(work, "a")
            count = len(work.connection.execute(select(system.token)).all())

    assert count == 1


def test_logouts_purge_signed_tokens_that_have_ended() -> None:
    with closing(Store(":memory:", "app")) as store:
        clock = iter([0.0, 600.0])
        tokens = SignedTokens(store, 60, "app", "s" * 32)
        tokens.purge = Purge(store, system.ended_token, lambda: next(clock))
        with store.write() as work:
            add(work, "past", "coming")
            tokens.forget(work, tokens.issue(work, "a"))
            found = there(work)

    assert (len(found), "past" in found, "coming" in found) == (2, False, True)

"""Timekeeping: a server that starts again goes on with the time of its database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from skysyn.server.accsyn import AccsynServer, AccsynSettings

if TYPE_CHECKING:
    from pathlib import Path

DAY = timedelta(days=1)


@pytest.mark.parametrize("speed", [1.0, 1e6])
def test_time_does_not_go_back_when_a_server_starts_again(
    tmp_path: Path, speed: float
) -> None:
    database = str(tmp_path / "a.sqlite3")
    with AccsynServer(AccsynSettings(database=database, speed=1e6)) as first:
        before = first.now()

    with AccsynServer(AccsynSettings(database=database, speed=speed)) as second:
        assert second.now() >= before


def test_servers_of_one_database_tell_the_same_time(tmp_path: Path) -> None:
    settings = AccsynSettings(database=str(tmp_path / "a.sqlite3"), speed=1e6)
    with AccsynServer(settings) as first, AccsynServer(settings) as second:
        shown = [first.now(), second.now(), first.now()]

    assert shown == sorted(shown)


def test_a_new_server_tells_real_time() -> None:
    with AccsynServer() as one, AccsynServer() as other:
        assert abs(one.now() - other.now()) < DAY

"""Tidying: temporary files go with time, however the server meets their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.server.accsyn import AccsynServer
from skysyn.server.accsyn.arriving import Arriving
from skysyn.server.accsyn.clock import SECOND, HandClock, Instant
from skysyn.server.accsyn.living import Living
from skysyn.server.accsyn.neighbours import Neighbours
from skysyn.server.accsyn.storage import Storage
from skysyn.server.accsyn.tidying import forget

from .world import STANDARD, START, World, settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from skysyn.server.accsyn.tidying import Outlived

HOURS = 3600


@attrs.define
class Running(HandClock):
    """A clock that goes on by *step* seconds while one looks at it."""

    step: float = 0

    def now(self) -> Instant:
        self.advance(self.step)
        return super().now()


def uploaded(world: World) -> str:
    """Send a file of a share into a new delivery."""
    made = world.ask("POST", "delivery/create", {"name": "D"})
    key = str(made["result"][0]["id"])
    sent = {"parent": key, "source": "share=proj/scd/b.mov"}
    assert "result" in world.ask("POST", "transfer/create", sent)
    world.pass_time(60)
    look(world)
    return key


def end(world: World, key: str) -> None:
    world.ask("PUT", "delivery/edit", {"status": "done"}, id=key)


def look(world: World) -> None:
    assert "result" in world.ask("GET", "delivery/find")


def put_away(world: World, folder: Path) -> Sequence[Outlived]:
    """Do what the server does first with what is old; what it does next is late."""
    server = world.server
    storage = Storage({"proj": folder / "acmefilm"})
    arriving = Arriving(server.settings, server.neighbours, storage)
    with server.store.write("acmefilm", server.now()) as work:
        return arriving.put_away(work)


def test_no_temporary_file_is_forgotten_while_time_goes_on(tmp_path: Path) -> None:
    clock = Running(START * SECOND)
    server = AccsynServer(settings(tmp_path), Neighbours(clock, Living()))
    with server:
        world = World(server, clock)
        first, second = uploaded(world), uploaded(world)
        end(world, first)
        world.pass_time(10)
        end(world, second)
        world.pass_time(4 * HOURS - 9.5)

        clock.step = 3
        look(world)
        clock.step = 0
        world.pass_time(HOURS)
        look(world)

    assert not (tmp_path / "acmefilm/.accsyn").exists()


def test_what_is_reopened_while_its_old_files_go_keeps_the_new_ones(
    world: World, tmp_path: Path
) -> None:
    key = uploaded(world)
    folder = tmp_path / "acmefilm/.accsyn" / key
    end(world, key)
    world.pass_time(4 * HOURS)
    [old] = put_away(world, tmp_path)
    assert not folder.exists()

    world.ask("PUT", "job/recipient/add", {"recipient": STANDARD}, id=key)
    world.ask("PUT", "delivery/edit", {"status": "waiting"}, id=key)
    sent = {"parent": key, "source": "share=proj/a.mov"}
    world.ask("POST", "transfer/create", sent)
    world.pass_time(60)
    look(world)
    old.clear()
    with world.server.store.write("acmefilm", world.server.now()) as work:
        forget(work, [key])

    assert [path.name for path in folder.parent.rglob("*.mov")] == ["a.mov"]
    end(world, key)
    world.pass_time(4 * HOURS)
    look(world)
    assert not folder.parent.exists()


def test_what_a_killed_server_put_away_goes_with_the_next_look(
    world: World, tmp_path: Path
) -> None:
    key = uploaded(world)
    end(world, key)
    world.pass_time(4 * HOURS)
    put_away(world, tmp_path)

    look(world)

    assert not (tmp_path / "acmefilm/.accsyn").exists()


def test_what_cannot_be_deleted_yet_is_deleted_later(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uploaded(world)
    end(world, key)
    world.pass_time(4 * HOURS)
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", _refuse)
        look(world)
    assert (tmp_path / "acmefilm/.accsyn").exists()

    look(world)

    assert not (tmp_path / "acmefilm/.accsyn").exists()


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError


def test_temporary_files_wait_for_a_server_that_has_their_share(tmp_path: Path) -> None:
    whole = settings(tmp_path, database=str(tmp_path / "db"))
    without = attrs.evolve(whole, spaces=(attrs.evolve(whole.spaces[0], shares={}),))
    first = World.make(whole)
    with first.server:
        end(first, uploaded(first))
    there: list[bool] = []
    for chosen in (without, whole):
        world = World.make(chosen)
        with world.server:
            world.pass_time(5 * HOURS)
            look(world)
        there.append((tmp_path / "acmefilm/.accsyn").exists())

    assert there == [True, False]

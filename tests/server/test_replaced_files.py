"""A file that is replaced while it is sent arrives whole or not at all."""

from __future__ import annotations

import io
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from skysyn.server import Server, WSGIApp
from skysyn.server.assets import Replaced
from skysyn.server.remote_assets import RemoteAssets

from .asking import KEY, Asker, settings
from .test_assets import put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = 5 * 1024 * 1024
OLD, NEW = b"old!", b"new content"


@pytest.mark.parametrize("place", ["{}/files", "memory://{}/files"])
def test_the_file_that_was_asked_for_is_sent_to_its_end(
    tmp_path: Path, place: str
) -> None:
    made = settings(assets=place.format(tmp_path), asset_public=True)
    with Server(made) as server:
        path = f"/files/{put(Asker(server), 'a', OLD)['$name']}"
        client = Client(WSGIApp(server))
        first = client.get(path)
        headers = {"X-Skygear-API-Key": KEY, "Content-Type": "a/b"}
        sent = client.put(path, data=NEW, headers=headers)
        then = client.get(path)

        assert (first.data, first.content_length) == (OLD, len(OLD))
        assert sent.status_code == 200
        assert (then.data, then.content_length) == (NEW, len(NEW))


def test_long_files_are_never_mixed_where_only_the_newest_is_kept() -> None:
    remote = RemoteAssets("memory://replaced", {})
    remote.store("a", io.BytesIO(b"o" * LONG))
    opened = remote.open("a")
    assert opened is not None
    pieces = opened.read(0, LONG)
    remote.store("a", io.BytesIO(b"n" * LONG))

    assert set(next(pieces)) == set(b"o")
    with pytest.raises(Replaced):
        next(pieces)
    with pytest.raises(Replaced):
        opened.read(0, LONG)


def test_a_file_that_is_gone_is_not_the_same() -> None:
    remote = RemoteAssets("memory://gone", {})
    remote.store("a", io.BytesIO(OLD))
    opened = remote.open("a")
    memory: Any = import_module("fsspec").filesystem("memory")
    memory.rm("/gone", recursive=True)

    assert opened is not None
    with pytest.raises(Replaced):
        opened.read(0, 4)


@pytest.fixture
def changes() -> Iterator[list[bytes]]:
    """What `changing://` files become, one after the other, just before one reads."""
    fsspec: Any = import_module("fsspec")
    memory: Any = import_module("fsspec.implementations.memory").MemoryFileSystem
    waiting: list[bytes] = []

    def cat_file(found: Any, path: str, **options: Any) -> Any:
        if waiting:
            memory.pipe_file(found, path, waiting.pop(0))
        return memory.cat_file(found, path, **options)

    methods = {"protocol": "changing", "cachable": False, "cat_file": cat_file}
    kind: Any = type("Changing", (memory,), methods)
    fsspec.register_implementation("changing", kind, clobber=True)
    yield waiting
    for path in [path for path in memory.store if "//changing/" in path]:
        memory.store.pop(path)


@pytest.mark.parametrize(
    ("count", "expected"), [(1, (200, NEW + b"0")), (2, (200, NEW + b"1")), (3, 500)]
)
def test_a_file_that_is_replaced_before_it_is_sent_is_asked_for_again(
    changes: list[bytes], count: int, expected: object
) -> None:
    made = settings(assets="changing://changing/files", asset_public=True)
    with Server(made) as server:
        path = f"/files/{put(Asker(server), 'a', OLD)['$name']}"
        changes += [NEW + b"%d" % number for number in range(count)]
        answer = Client(WSGIApp(server)).get(path)

    status, body = answer.status_code, answer.data
    assert expected == ((status, body) if status == 200 else status)

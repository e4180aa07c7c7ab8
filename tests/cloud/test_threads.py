"""Cloud code for which the system gives no thread costs the server nothing."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import RemoteError
from skysyn.server import Server
from skysyn.server.cloud.limits import Limits
from tests.server.asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from skysyn.cloud import App, PlainRecord


@contextmanager
def no_threads() -> Generator[None]:
    """Let no thread start: each would need more memory than there are addresses."""
    before = threading.stack_size(1 << 50)
    try:
        yield
    finally:
        threading.stack_size(before)


def test_a_call_without_a_thread_gives_its_place_back() -> None:
    limits = Limits(1, patience=0.05)

    with no_threads(), pytest.raises(RemoteError, match="no thread"):
        limits.run(None, lambda: "never", "op one")

    assert limits.run(None, lambda: "done", "op two") == "done"


def test_a_request_is_answered_though_its_code_gets_no_thread(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app.op("hello")(lambda: "hello")

    with Server(settings(database=str(tmp_path / "db")), app) as server:
        asker = Asker(server)
        with no_threads(), caplog.at_level(logging.ERROR, "skysyn.server"):
            refused = asker.code("hello")

        assert refused == (500, 10000)
        assert asker.result("hello") == "hello"
    assert "op hello was not called" in caplog.text


def test_a_save_counts_though_what_runs_beside_it_gets_no_thread(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    @app.after_save("note", name="later", async_=True)
    def later(record: PlainRecord) -> None: ...

    with Server(settings(database=str(tmp_path / "db")), app) as server:
        ada = Asker(server).signup("ada")
        ada.save({"_id": "note/0"})
        with no_threads(), caplog.at_level(logging.ERROR, "skysyn.server"):
            [saved] = ada.save({"_id": "note/1"})

        assert saved["_type"] == "record"
    assert "hook later was not called" in caplog.text

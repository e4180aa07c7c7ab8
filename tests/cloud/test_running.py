"""Cloud code is loaded, run, read again, and run behind a server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

import attrs
import pytest
import watchfiles
from sqlalchemy import text
from werkzeug.serving import make_server

from skysyn import HTTPTransport
from skysyn.cli.hosting import Hosted
from skysyn.cloud import App, Options, current_app, db, load_code, op, wsgi
from skysyn.errors import DeclarationError, StateError
from skysyn.server import Server, Serving
from skysyn.server.cloud import RemoteCode
from skysyn.transport import Request, Response, Transport
from tests.ports import free_port
from tests.server.asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CODE = """
from skysyn.cloud import op, options
from beside import NAME

@op("name")
def name():
    return [NAME, options.masterkey, options.skygear_endpoint]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with cloud code in two modules."""
    (tmp_path / "app.py").write_text(CODE)
    (tmp_path / "beside.py").write_text("NAME = 'first'\n")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path


def wait_for(what: Callable[[], bool]) -> None:
    """Wait until *what* holds, at most a minute."""
    until = time.monotonic() + 60
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def is_open(port: int) -> bool:
    """Whether somebody listens on *port*."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_without_an_app_a_decorator_says_what_to_do() -> None:
    with pytest.raises(StateError, match="skysyn serve --code"):
        op("lost")(lambda: None)


def test_two_apps_of_one_module_know_nothing_of_each_other(folder: Path) -> None:
    first = load_code(str(folder / "app.py"), Options(masterkey="1"))
    second = load_code(str(folder / "app.py"), Options(masterkey="2"))
    del second.registry.ops["name"]

    assert list(first.registry.ops) == ["name"]
    with pytest.raises(StateError):
        current_app()


@pytest.mark.parametrize("name", ["no_such_file.py", "no_such_module"])
def test_code_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(DeclarationError, match="cloud code"):
        load_code(name)


def test_coroutines_and_wrong_hooks_are_refused() -> None:
    app = App(Options())

    async def later() -> None: ...

    wrong: Any = lambda: None  # noqa: E731  # no checker would let it pass

    with pytest.raises(DeclarationError, match="coroutine"):
        app.op("later")(later)
    with pytest.raises(DeclarationError, match="no such hook"):
        app.before_save("note")(wrong)
    with pytest.raises(DeclarationError, match="no trigger"):
        app.hook("later", type="note")
    with pytest.raises(DeclarationError, match="init"):
        app.event("init")


def test_timers_run_until_the_server_stops(tmp_path: Path) -> None:
    app, ran = App(Options()), threading.Event()
    app.every("* * * * * *")(ran.set)

    with Server(settings(database=str(tmp_path / "db")), app):
        assert ran.wait(60)
    names = [thread.name for thread in threading.enumerate()]

    assert "skysyn-timers" not in names


def test_a_slave_runs_no_timers(tmp_path: Path) -> None:
    app = App(Options())
    app.every(1)(lambda: None)

    with Server(settings(database=str(tmp_path / "db"), slave=True), app):
        names = [thread.name for thread in threading.enumerate()]

    assert "skysyn-timers" not in names


def replace(file: Path, text: str) -> None:
    """Change *file* at once, so that nobody reads a part of it."""
    file.with_suffix(".new").write_text(text)
    file.with_suffix(".new").rename(file)


def test_a_change_right_after_the_start_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watchfiles.watch

    def slow(*folders: str, **options: Any) -> Iterator[object]:
        time.sleep(0.3)
        yield from watch(*folders, **options)

    monkeypatch.setattr(watchfiles, "watch", slow)
    hosted = Hosted([str(folder / "app.py")], reload=True)
    made = settings(database=str(folder / "db"))

    with (
        Server(made, hosted.load(made)) as server,
        hosted.watched(server, "http://here:1"),
    ):
        replace(folder / "beside.py", "NAME = 'second'\n")
        wait_for(lambda: Asker(server).result("name")[0] == "second")


def test_changed_code_is_read_again_and_no_request_is_lost(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hosted = Hosted([str(folder / "app.py")], reload=True)
    made = settings(database=str(folder / "db"))
    codes: list[object] = []
    stopped = threading.Event()
    with Server(made, hosted.load(made)) as server:
        asker = Asker(server)

        def ask() -> None:
            while not stopped.wait(0.002):
                codes.append(asker.ask("name").get("error"))

        def name() -> object:
            return asker.result("name")[0]

        with hosted.watched(server, "http://here:1"):
            asking = threading.Thread(target=ask)
            asking.start()
            try:
                replace(folder / "beside.py", "NAME = 'second'\n")
                wait_for(lambda: name() == "second")
                replace(folder / "app.py", "this is no Python")
                replace(folder / "beside.py", "NAME = 'third'\n")
                wait_for(lambda: "cannot be run" in caplog.text)
                replace(folder / "app.py", CODE)
                wait_for(lambda: name() == "third")
            finally:
                stopped.set()
                asking.join()
        found = asker.result("name")

    assert found == ["third", "master-key", "http://here:1"]
    assert set(codes) == {None}


@pytest.fixture
def remote(folder: Path) -> Iterator[RemoteCode]:
    """The code in a web server of its own, as any language's may be."""
    app = load_code(str(folder / "app.py"), Options(masterkey="m"))
    server = make_server("127.0.0.1", 0, wsgi(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield RemoteCode(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_code_in_another_process_is_called_by_messages(remote: RemoteCode) -> None:
    with Server(settings(), remote) as server:
        asker = Asker(server)
        found = asker.result("name")
        broken = RemoteCode(f"{remote.url}/elsewhere")

        assert found[:2] == ["first", "m"]
        with pytest.raises(Exception, match="parse plugin response"):
            server.run_code(broken)
        assert asker.result("name") == found


@attrs.define(eq=False)
class Closing(Transport):
    """Carries calls as *inner* does, and counts how often it was closed."""

    inner: Transport = attrs.field(factory=HTTPTransport)
    closed: int = 0

    def send(self, request: Request) -> Response:
        return self.inner.send(request)

    def close(self) -> None:
        self.closed += 1
        self.inner.close()


def test_connections_to_remote_code_are_closed_with_the_server(
    remote: RemoteCode,
) -> None:
    transport = Closing()
    with Server(settings(), RemoteCode(remote.url, transport)) as server:
        found = Asker(server).result("name")
        before = transport.closed

    assert (found[:2], before, transport.closed) == (["first", "m"], 0, 1)


def test_connections_to_code_that_another_replaces_are_closed(
    remote: RemoteCode,
) -> None:
    first, second, broken = Closing(), Closing(), Closing()
    with Server(settings(), RemoteCode(remote.url, first)) as server:
        server.run_code(RemoteCode(remote.url, second))
        with pytest.raises(Exception, match="parse plugin response"):
            server.run_code(RemoteCode(f"{remote.url}/elsewhere", broken))
        closed = [transport.closed for transport in (first, second, broken)]

        assert Asker(server).result("name")[:2] == ["first", "m"]
    assert (closed, second.closed) == ([1, 0, 1], 1)


def test_skysyn_cloud_run_stands_behind_a_server(folder: Path) -> None:
    port = free_port()
    start = "from skysyn.cli import main; main()"
    command = [sys.executable, "-c", start, "cloud", "run", "app.py"]
    address = ["--http-addr", f"127.0.0.1:{port}"]
    environment = {**os.environ, "MASTER_KEY": "m"}
    with subprocess.Popen(
        [*command, *address], cwd=folder, env=environment, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert b"app.py" in running.stdout.readline()
        wait_for(lambda: is_open(port))
        with Server(settings(), RemoteCode(f"http://127.0.0.1:{port}")) as server:
            found = Asker(server).result("name")
        running.send_signal(signal.SIGINT)

    assert found[:2] == ["first", "m"]


def test_code_without_an_answer_leaves_the_server_answering(
    tmp_path: Path,
) -> None:
    app = App(Options())
    app.op("here")(lambda: True)
    with Server(settings(database=str(tmp_path / "db")), app) as server:
        gone = RemoteCode("http://127.0.0.1:9")
        with pytest.raises(Exception, match="does not answer"):
            server.run_code(gone)
        with Serving(server):
            assert Asker(server).result("here") is True


@pytest.mark.parametrize("database", [":memory:", "sqlite://"])
def test_code_that_comes_later_shares_what_is_in_memory(database: str) -> None:
    app, written, asked = App(Options()), Event(), Event()

    @app.op("double")
    def double() -> bool:
        with db.conn() as connection:
            connection.execute(text("UPDATE note SET x = x * 2"))
            written.set()
            return asked.wait(60)

    with Server(settings(database=database)) as server, ThreadPoolExecutor(1) as pool:
        master = Asker(server).as_master()
        master.save({"_id": "note/1", "x": 2})
        server.run_code(app)
        doubling = pool.submit(master.result, "double")
        assert written.wait(60)
        [before] = master.result("record:query", record_type="note")
        asked.set()

        assert (before["x"], doubling.result()) == (2, True)
        [after] = master.result("record:query", record_type="note")
        assert after["x"] == 4
        server.reset()
        assert master.result("record:query", record_type="note") == []

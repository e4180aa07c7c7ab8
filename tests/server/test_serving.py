"""The server on a socket, and the command that starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from skysyn import Field, HTTPTransport, Record, Request, Skygear, connect
from skysyn.cli.app import app
from skysyn.errors import DeclarationError, StateError
from skysyn.server import Server, Serving, Settings

from .asking import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Note(Record, type="served_note"):
    title: Field[str]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(settings()) as made:
        yield made


def test_a_server_on_a_free_port_is_ready_when_it_is_started(server: Server) -> None:
    with Serving(server) as serving, HTTPTransport() as transport:
        answer = transport.send(Request("GET", f"{serving.endpoint}/_status/healthz"))

    assert (answer.status, answer.body) == (200, b'{"result":{"status":"OK"}}\n')


def test_a_port_that_is_taken_is_an_error(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]

        with pytest.raises(StateError, match="taken"):
            Serving(server, port=port).start()


def test_what_does_not_serve_has_no_port(server: Server) -> None:
    serving = Serving(server)

    with pytest.raises(StateError, match="does not listen"):
        serving.endpoint
    serving.stop()


def test_a_file_keeps_users_and_records(tmp_path: Path) -> None:
    database = str(tmp_path / "db")
    found: list[Note] = []
    for _ in range(2):
        with Server(settings(database=database)) as server, Serving(server) as serving:
            session = connect(server.master(serving.endpoint))
            with session:
                Note(title="kept").with_id("n1").save()
                found = Note.query().all()

    assert [note.title for note in found] == ["kept"]


@pytest.mark.parametrize(
    "changes",
    [
        {"database": "mysql://localhost/x"},
        {"app": "no spaces"},
        {"master_key": "client-key"},
        {"master_key": ""},
    ],
)
def test_settings_that_cannot_be_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError):
        Server(settings(**changes))


def test_settings_show_no_secret() -> None:
    shown = repr(settings(custom_token_secret="very-secret"))

    assert not {"client-key", "master-key", "very-secret"} & set(shown.split("'"))


def test_keys_that_are_not_given_are_made_up() -> None:
    one, other = Settings(), Settings()

    assert len({one.api_key, one.master_key, other.api_key, other.master_key}) == 4


def start(*options: str, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from skysyn.cli import main; main()", "serve"]
    return subprocess.Popen(
        [*command, "--port", "0", *options],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> dict[str, str]:
    """Return what the command says to export."""
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(4)]
    exports = (line.removeprefix("export ").partition("=") for line in lines)
    return {name: value for name, _, value in exports if value}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_stop(
    tmp_path: Path, number: int
) -> None:
    config = tmp_path / "serve.toml"
    config.write_text('api-key = "from-file"\nmaster_key = "m"\n')

    with start("--config", str(config), cwd=tmp_path, DEV_MODE="YES") as process:
        exports = told(process)
        client = Skygear(exports["SKYGEAR_ENDPOINT"], api_key="from-file")
        with connect(client) as session:
            user_id = session.signup(username="ada", password="pw").user_id
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)

    stopped = "# stopping; the same again leaves at once\n# stopped\n"
    assert (process.returncode, said, bool(user_id)) == (0, stopped, True)
    assert exports["SKYGEAR_API_KEY"] == "from-file"
    assert (tmp_path / "skysyn.sqlite3").exists()


def test_the_command_leaves_at_once_if_it_is_told_twice(tmp_path: Path) -> None:
    head = "POST / HTTP/1.1", "Host: x", "Content-Length: 9", "Expect: 100-continue"
    half = "\r\n".join([*head, "", "{"]).encode()

    with start("--database", ":memory:", cwd=tmp_path) as process:
        port = int(told(process)["SKYGEAR_ENDPOINT"].rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(half)
            # else it may not know of the request yet, and has nothing to wait for
            assert client.recv(100).startswith(b"HTTP/1.1 100 ")
            process.send_signal(signal.SIGINT)
            assert process.stdout is not None
            said = process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            _, error = process.communicate(timeout=60)

    assert (said[:10], process.returncode, error) == ("# stopping", 128 + 15, "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "--expose"),
        (["--host", "example.com"], "--expose"),
        (["--config", "nowhere.toml"], "cannot read nowhere.toml"),
        (["--port", "99999"], "65535"),
    ],
)
def test_options_that_cannot_be_are_refused(options: list[str], said: str) -> None:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["serve", *options])

    assert (done.exit_code, said in done.output) == (2, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--database", "postgresql://u:hush@127.0.0.1:1/x?password=hush"],
            "the database postgresql://127.0.0.1:1/x cannot be used: connection failed",
        ),
        (["--database", "postgres://u:hush@127.0.0.1:1/x"], "connection failed"),
        (["--database", "postgres://u:hush@h:port/x"], "this is no URL of a database"),
        (["--database", "://"], "this is no URL of a database"),
        (["--database", "no/such/file"], "the database no/such/file cannot be used"),
        (["--code", "absent.py"], "there is no cloud code in"),
        (["--code", "fails.py"], "fails.py cannot be run: ZeroDivisionError: division"),
        (["--code", "fails.py"], "fails.py:1)"),
        (["--code", "wrong.py"], "wrong.py cannot be run: SyntaxError:"),
        (["--assets", "/dev/null/files"], "/dev/null is no folder"),
        (["--pubsub", "redis://:hush@127.0.0.1:1"], "cannot use Redis at"),
        (["--token-store", "jwt", "--master-key", "short"], "32 bytes or more"),
    ],
)
def test_a_server_that_cannot_start_says_why(
    tmp_path: Path, options: list[str], said: str
) -> None:
    (tmp_path / "fails.py").write_text("1 / 0\n")
    (tmp_path / "wrong.py").write_text("1 +\n")

    with start(*options, cwd=tmp_path) as process:
        _, error = process.communicate(timeout=60)

    assert (process.returncode, error.count("\n")) == (1, 1)
    assert error.startswith("cannot serve: ")
    assert (said in error, "Traceback" in error, "hush" in error) == (
        True,
        False,
        False,
    )


def test_cloud_code_that_does_not_answer_is_told_without_a_traceback(
    tmp_path: Path,
) -> None:
    with start("--code", "http://127.0.0.1:1", cwd=tmp_path) as process:
        _, error = process.communicate(timeout=60)

    log, told = error.splitlines()
    assert (process.returncode, "at the event before-config" in log) == (1, True)
    assert "the cloud code at http://127.0.0.1:1 does not answer" in told

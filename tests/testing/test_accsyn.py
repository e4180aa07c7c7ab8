from __future__ import annotations

import base64
import json
import random
from typing import TYPE_CHECKING

import attrs
import pytest
from typer.testing import CliRunner

from skysyn import accsyn as a
from skysyn import connect
from skysyn.cli.app import app
from skysyn.cli.drifting import live_session
from skysyn.dialects.accsyn.events import decompress
from skysyn.errors import CassetteMismatch
from skysyn.server import Serving, WSGITransport
from skysyn.server.accsyn import AccsynServer
from skysyn.testing import files
from skysyn.testing.accsyn import AccsynLanguage
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.cassette import Cassette
from skysyn.testing.drift import Drift, against_service
from skysyn.testing.modes import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn import Accsyn, Request
    from skysyn.testing.exchanges import Exchange
    from skysyn.transport import Transport


@pytest.fixture
def server() -> Iterator[AccsynServer]:
    with AccsynServer() as server:
        yield server


def story(client: Accsyn, transport: Transport, wanted: str = "Q") -> list[str]:
    """Log in, make a queue, change it, and find it by its name."""
    with connect(client, transport=transport) as session:
        queue = a.Queue(name="Q")
        session.save(queue)
        queue.description = "for tests"
        session.save(queue)
        found = session.query(a.Queue).filter(a.Queue.name == wanted).all()
        assert [one.id for one in found] == [queue.id]
        return [str(one.description) for one in found]


@pytest.fixture
def path(server: AccsynServer, tmp_path: Path) -> Path:
    path = tmp_path / "queue.yaml"
    with Cassette(path, AccsynLanguage(), Mode.ONCE) as cassette:
        transport = CassetteTransport(cassette, lambda: WSGITransport(server))
        assert story(server.client(), transport) == ["for tests"]
    return path


def play(path: Path, client: Accsyn, wanted: str = "Q") -> list[str]:
    with Cassette(path, AccsynLanguage(), Mode.NONE) as cassette:
        return story(client, CassetteTransport(cassette), wanted)


def test_a_session_is_played_on_another_machine_with_another_key(
    path: Path, server: AccsynServer
) -> None:
    other = attrs.evolve(
        server.client(), api_key="a-placeholder", machine="elsewhere", hostname="other"
    )

    assert play(path, other) == ["for tests"]


def test_neither_key_nor_session_nor_machine_is_in_the_file(
    path: Path, server: AccsynServer
) -> None:
    client = server.client()

    key = str(client.api_key)
    held = [key, base64.b64encode(key.encode()).decode(), client.machine]

    assert [one for one in held if one in path.read_text()] == []


def test_a_key_in_what_is_compressed_is_not_in_the_file(
    server: AccsynServer, tmp_path: Path
) -> None:
    path, client = tmp_path / "large.yaml", server.client()
    key = str(client.api_key)
    padding = random.Random(1).randbytes(100_000).hex()
    with Cassette(path, AccsynLanguage(), Mode.ONCE) as cassette:
        transport = CassetteTransport(cassette, lambda: WSGITransport(server))
        with connect(client, transport=transport) as session:
            session.save(a.Queue(name="Q", description=f"{key} {padding}"))

    said = "".join(unpacked(one.request) for one in files_of(path))

    assert padding in said
    assert key not in said + path.read_text()


def unpacked(request: Request) -> str:
    """Return what is compressed in the body of a request."""
    document = json.loads(request.body or b"{}")
    return json.dumps(decompress(document["gz_data"])) if "gz_data" in document else ""


def files_of(path: Path) -> list[Exchange]:
    recording = files.load(path)
    assert recording is not None
    return recording.exchanges


def test_what_is_in_a_query_string_is_told_in_its_own_terms(path: Path) -> None:
    assert (
        "- asks:\n"
        "    purpose: event\n"
        "    operation: query\n"
        "    type: queue\n"
        "    where: name == 'Q'\n"
    ) in path.read_text()


def test_another_query_is_another_question(path: Path, server: AccsynServer) -> None:
    with pytest.raises(CassetteMismatch) as caught:
        play(path, server.client(), wanted="R")

    assert "    where\n        recorded  name == 'Q'\n" in str(caught.value)


def test_somebody_else_asks_another_question(path: Path, server: AccsynServer) -> None:
    other = attrs.evolve(server.client(), username="somebody@example.com")

    with pytest.raises(CassetteMismatch):
        play(path, other)


@pytest.mark.parametrize(
    ("name", "found"),
    [("Q", []), (1, [Drift("GET queue/find $.result[].name", "number", "text")])],
)
def test_the_service_is_asked_again(
    path: Path, server: AccsynServer, name: object, found: list[Drift]
) -> None:
    recording = files.load(path)
    assert recording is not None
    answers = [recorded_as(name, one) for one in recording.exchanges]

    with live_session(server.client(), WSGITransport(server)) as ask:
        asked = against_service(answers, AccsynLanguage(), ask)

    assert (asked.found, asked.asked, asked.left) == (found, 1, 0)


@pytest.mark.parametrize(("name", "code"), [("Q", 0), (1, 1)])
def test_the_command_finds_the_service_by_its_registry(
    path: Path,
    server: AccsynServer,
    monkeypatch: pytest.MonkeyPatch,
    name: object,
    code: int,
) -> None:
    recording = files.load(path)
    assert recording is not None
    answers = [recorded_as(name, one) for one in recording.exchanges]
    files.save(path, attrs.evolve(recording, exchanges=answers))
    client = server.client()
    monkeypatch.setenv("ACCSYN_WORKSPACE", client.workspace)
    monkeypatch.setenv("ACCSYN_API_USER", client.username)
    monkeypatch.setenv("ACCSYN_API_KEY", str(client.api_key))

    with Serving(server) as serving:
        proxy = serving.endpoint.replace("http://", "accsyn:")
        monkeypatch.setenv("ACCSYN_PROXY", proxy)
        result = CliRunner().invoke(app, ["cassettes", "verify", "--live", str(path)])

    assert result.exit_code == code, result.output
    assert "1 request asked again, 0 cannot be" in result.output


def recorded_as(name: object, exchange: Exchange) -> Exchange:
    """Return an exchange as if names had been something else."""
    body = exchange.response.body.replace(
        b'"name": "Q"', f'"name": {json.dumps(name)}'.encode()
    )
    return attrs.evolve(exchange, response=attrs.evolve(exchange.response, body=body))

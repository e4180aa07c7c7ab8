"""The cassettes answer our own client, and the local server answers as they do.

`making.py` makes them from what real servers and clients were
recorded to say.
"""

from __future__ import annotations

import tomllib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

from skysyn import Field, Record, Skygear, connect
from skysyn.cloud import Options, load_code
from skysyn.errors import RemoteError
from skysyn.server import Server, Settings, WSGITransport
from skysyn.testing import files, scanning
from skysyn.testing.bindings import Bindings
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.cassette import Cassette, Rules
from skysyn.testing.languages import language_of
from skysyn.testing.modes import Mode

from .played import Differences, operation_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn import Response
    from skysyn.dialects.base import Dialect
    from skysyn.models import Operation
    from skysyn.testing.exchanges import Exchange

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "cassettes").rglob("*.yaml"))
NAMES = [path.stem.partition("-")[2] for path in PATHS]
SKYGEAR = {n: p for n, p in zip(NAMES, PATHS, strict=True) if "skygear" in p.parts}
CLOUD = "13-plugin"
SETTINGS = Settings(api_key="the-client-key", master_key="the-master-key")
DIFFERENCES = ROOT / "cassettes" / "differences.toml"


def exchanges(path: Path) -> list[Exchange]:
    recording = files.load(path)
    assert recording is not None
    return recording.exchanges


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_our_client_gets_the_recorded_answers(path: Path) -> None:
    language = language_of("accsyn" if "accsyn" in path.parts else "skygear")
    told = exchanges(path)
    said_by_client = 0

    with Cassette(path, language, Mode.NONE, Rules()) as cassette:
        transport = CassetteTransport(cassette)
        for exchange in told:
            dialect, operation = operation_of(exchange.request)
            request = exchange.request
            if dialect is not None and operation is not None:
                request = dialect.encode(operation)
                said_by_client += 1
            answer = transport.send(request)
            _decode(dialect, operation, answer)

    assert cassette.play_count == len(told)
    assert said_by_client >= 0.6 * sum(one.request.body[:1] == b"{" for one in told)


def _decode(
    dialect: Dialect | None, operation: Operation | None, answer: Response
) -> None:
    """Decode what was answered: a result, or a refusal; anything else is an error."""
    is_json = "json" in str(answer.header("content-type"))
    if dialect is not None and operation is not None and is_json:
        with suppress(RemoteError):
            dialect.decode(operation, answer)


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_no_secret_is_written_out(path: Path) -> None:
    assert scanning.scan(path, {}) == []


@pytest.mark.slow
def test_the_local_server_answers_as_recorded_but_for_what_is_listed() -> None:
    listed: dict[str, dict[str, str]] = tomllib.loads(DIFFERENCES.read_text())

    found = _differences()

    assert found == {name: {int(n) for n in of} for name, of in listed.items()}


def _differences() -> dict[str, set[int]]:
    """Return the interactions that a new local server answers in another way.

    The recordings were made one after the other: each finds what the last left. Cloud
    code was recorded by a server of its own.
    """
    plain = {topic: path for topic, path in SKYGEAR.items() if topic != CLOUD}
    with Server(SETTINGS) as server:
        found = _differing(server, plain)
    code = load_code(str(ROOT / "tests/cloud/recorded_code.py"), Options())
    app = attrs.evolve(SETTINGS, app="plugapp", custom_token_secret="s" * 32)
    with Server(app, code) as server:
        return found | _differing(server, {CLOUD: SKYGEAR[CLOUD]})


def _differing(server: Server, paths: Mapping[str, Path]) -> dict[str, set[int]]:
    """Return the interactions of *paths* that *server* answers in another way."""
    differences = Differences(Bindings())
    differences.bindings.bind("skysyn.api-key.1", SETTINGS.api_key)
    differences.bindings.bind("skysyn.master-key.1", SETTINGS.master_key)
    found: dict[str, set[int]] = {}
    transport = WSGITransport(server)
    for topic, path in paths.items():
        for number, exchange in enumerate(exchanges(path), 1):
            live = transport.send(differences.live(exchange.request))
            if not differences.same(exchange, live):
                found.setdefault(topic, set()).add(number)
    return found


class Note(Record):
    title: Field[str]


def test_models_are_saved_as_the_real_server_answered() -> None:
    client = Skygear("http://localhost:3000", api_key="any-key", access_token="any")
    rules = Rules(in_order=False, complete=False)
    path = SKYGEAR["03-record-save"]

    with Cassette(path, language_of("skygear"), Mode.NONE, rules) as cassette:
        transport = CassetteTransport(cassette)
        with connect(client, transport=transport):
            note = Note(title="Hello").save()

    assert (note.title, note.owner_id, note.changes) == ("Hello", note.created_by, {})
    assert datetime.now(UTC) - note.created_at < timedelta(hours=1)

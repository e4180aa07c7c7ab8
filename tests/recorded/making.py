"""Make the cassettes of `tests/recorded/test_cassettes.py`.

Skygear's hold what a real server was recorded to answer: the folder of the recordings
is the argument. accsyn's hold what its official client was recorded to ask, and what
the local server answers.

    python -m tests.recorded.making ../shared/recordings
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from skysyn.testing import files
from skysyn.testing.accsyn import AccsynLanguage
from skysyn.testing.aliases import Aliases
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.cassette import Cassette
from skysyn.testing.exchanges import Exchange
from skysyn.testing.facts import Facts
from skysyn.testing.files import Recording
from skysyn.testing.modes import Mode
from skysyn.testing.names import place_of
from skysyn.testing.sealing import Seal
from skysyn.testing.skygear import SkygearLanguage
from skysyn.testing.standins import StandIns
from skysyn.testing.tape import made_ids
from skysyn.transport import Request, Response, Transport
from tests.server.accsyn.test_recorded import EVENTS, make_original
from tests.server.accsyn.world import World

from .recordings import TOPICS as WALKED

if TYPE_CHECKING:
    from tests.server.accsyn.recorded import Recorded

CASSETTES = Path(__file__).parents[2] / "cassettes"
TEST = "tests/recorded/test_cassettes.py::test_our_client_gets_the_recorded_answers"
TOPICS = (*WALKED, "09-asset", "10-pubsub", "12-errors", "13-plugin")
METHODS = {"reads": {"GET"}, "writes": {"POST", "PUT", "DELETE"}}
"""What the official client's requests are sorted by."""
RECORDED_ON = datetime(2026, 11, 22, tzinfo=UTC)
_ELIDED = re.compile(r"⟪|\.\.\.\[\d+ chars\]|x{9}\.\.\.")
_LONGEST = 20_000
HOST = "http://localhost:3000"
KEY = "the-api-key"
_SHORT_KEY = re.compile(r'((?:"|api_key=)\\?)apikey(?=[\\"&])')
_HEADER = re.compile(r"'(content-type|server)': '([^']*)'")


def main() -> None:
    """Write every cassette anew."""
    make_skygear(Path(sys.argv[1]) / "skygear", CASSETTES)
    for name in METHODS:
        make_accsyn(name, CASSETTES)


def place(name: str, service: str) -> Path:
    """Return where the cassette of the test's parameter *name* is, in their folder."""
    return place_of(f"{TEST}[{name}]", service)


def make_skygear(folder: Path, target: Path) -> None:
    """Write the cassettes of all topics, in which the same is called the same."""
    topics = {name: kept(folder / f"{name}.json") for name in TOPICS}
    language = SkygearLanguage()
    exchanges = [one for found in topics.values() for one in found]
    asked = [(language.ask(e.request), e.request, e.response) for e in exchanges]
    aliases = Aliases()
    aliases.learn("api-key", [KEY])
    aliases.learn("master-key", ["masterkey"])
    day = StandIns(RECORDED_ON, RECORDED_ON + timedelta(days=1), made_ids(asked))
    sealed = iter(Seal(language, aliases, day).seal(exchanges))
    facts = Facts(
        "skygear",
        RECORDED_ON.strftime("%Y-%m-%dT%H:%M:%SZ"),
        endpoint=HOST,
        server=exchanges[0].response.header("server") or "",
    )
    for name, found in topics.items():
        recording = Recording([next(sealed) for _ in found], facts)
        files.save(target / place(name, "skygear"), recording)


def kept(source: Path) -> list[Exchange]:
    """Return the exchanges of a topic that are there as a whole."""
    topic: dict[str, Any] = json.loads(source.read_text())
    read_ones = map(read, topic["exchanges"])
    return [exchange for exchange in read_ones if exchange is not None]


def read(recorded: dict[str, Any]) -> Exchange | None:
    """Return one recorded exchange, or None if it is not there as a whole."""
    text = json.dumps(recorded, ensure_ascii=False)
    if _ELIDED.search(text) or recorded.get("compare") or '"trace"' in text:
        # what tells of the machine it was recorded on is nobody's business
        return None
    # a word that is so short is not looked for in texts
    recorded = json.loads(_SHORT_KEY.sub(rf"\1{KEY}", text))
    if recorded.get("kind") == "connect":
        return _handshake(recorded)
    sent, answered = recorded.get("request", {}), recorded.get("response", {})
    if "status" not in answered:
        return None
    headers = {str(k): str(v) for k, v in sent["headers"].items()}
    body, content = _content(sent), _content(answered)
    if body is None or content is None:
        return None
    request = Request(sent["method"], f"{HOST}{sent['path']}", headers, body)
    response = Response(answered["status"], dict(answered["headers"]), content)
    return Exchange(request, response)


def _content(message: dict[str, Any]) -> bytes | None:
    """Return the body of a recorded message, or None if it was not kept whole."""
    if message.get("json") is not None:
        return json.dumps(message["json"]).encode()
    if "body_hex" in message:
        return bytes.fromhex(message["body_hex"])
    body = message.get("body", "")
    if not isinstance(body, str) or "json" in message:
        return None
    if body.startswith("hex:"):
        return bytes.fromhex(body.removeprefix("hex:"))
    return body.encode()


def _handshake(recorded: dict[str, Any]) -> Exchange | None:
    """Return a WebSocket that was refused: what is none is an answer like others."""
    if "body" not in recorded:
        return None
    request = Request("GET", f"{HOST}{recorded['path']}")
    said = dict(_HEADER.findall(recorded["error"]))
    response = Response(recorded["status"], said, recorded["body"].encode())
    return Exchange(request, response)


@attrs.define
class Through(World):
    """A world whose requests pass a transport."""

    transport: Transport

    def send(self, request: Request) -> Response:
        """Send any request."""
        return self.transport.send(request)


def make_accsyn(name: str, target: Path) -> None:
    """Write the cassette of what the official client asks by the methods of *name*."""
    path = target / place(name, "accsyn")
    cassette = Cassette(path, AccsynLanguage(), Mode.REWRITE)
    with tempfile.TemporaryDirectory() as folder:
        original = make_original(Path(folder, "original"))
        with original.copied(Path(folder, "stage")) as stage, cassette:
            carrier = Carrier(stage.world)
            transport = CassetteTransport(cassette, lambda: carrier)
            through = Through(stage.world.server, stage.world.clock, transport)
            recorded = attrs.evolve(stage, world=through)
            for one in EVENTS:
                if one.method in METHODS[name] and is_short(one):
                    recorded.answer(one)


def is_short(recorded: Recorded) -> bool:
    """Return whether a request is one that people may want to read."""
    return len(json.dumps(recorded.document)) < _LONGEST and (
        "gz_data" not in recorded.document and recorded.path.startswith("/api/v3")
    )


class Carrier(Transport):
    """Carries requests to a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, request: Request) -> Response:
        """Return the answer of the world's server."""
        return self._world.send(request)


if __name__ == "__main__":
    main()

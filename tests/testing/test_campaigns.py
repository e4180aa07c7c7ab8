"""Threads, secrets, kills and hostile files: what no recording may suffer from."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from skysyn import Request, Response, Skygear
from skysyn.models import Call
from skysyn.testing import files
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.modes import Mode
from skysyn.transport import MockTransport

from .hostile import ATTACKS
from .service import Echo, cassette, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow
THREADS, EACH, TIMES = 16, 200, 20
KILLS = 200


@pytest.mark.timeout(900)
def test_no_thread_loses_or_mixes_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "kept.yaml"
    modes = [Mode.REWRITE, *[Mode.NONE] * TIMES]

    wrong = [_ask_at_once(path, mode) for mode in modes]

    recording = files.load(path)
    assert recording is not None
    assert len(recording.exchanges) == THREADS * EACH
    assert wrong == [0] * len(modes)


def _ask_at_once(path: Path, mode: Mode) -> int:
    """Return how many of all requests got another one's answer."""
    with cassette(path, mode) as held:
        transport = CassetteTransport(held, Echo)

        def ask(thread: int) -> int:
            wrong = 0
            for n in range(EACH):
                body = transport.send(request("lambda", t=thread, n=n)).body
                said = json.loads(body)["result"]["asked"]
                wrong += said != {"action": "lambda", "t": thread, "n": n}
            return wrong

        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(ask, range(THREADS)))


CANARIES = [f"canary-{number:02}/öß+{number * 7919:05}" for number in range(40)]


def plain(secret: str) -> str:
    return f"<{secret}>"


def in_base64(secret: str) -> str:
    return base64.b64encode(f"x{secret}".encode()).decode()


def in_a_query(secret: str) -> str:
    return quote(json.dumps({"k": secret}))


ENCODINGS = (plain, in_base64, in_a_query)
Places = dict[str, "Callable[[str], tuple[Request, Response]]"]


def _exchange(
    *,
    url: str = "",
    body: Any = None,
    raw: bytes = b"",
    answer: bytes = b"{}",
    **headers: str,
) -> tuple[Request, Response]:
    sent = raw or json.dumps({"action": "lambda", **(body or {})}).encode()
    asked = Request("POST", f"https://app.example.com/lambda{url}", headers, sent)
    return asked, Response(200, {"X-Other": headers.get("X-Other", "")}, answer)


PLACES: Places = {
    "header of a request": lambda text: _exchange(X_Any=quote(text, safe="")),
    "header of an answer": lambda text: _exchange(X_Other=quote(text, safe="")),
    "path": lambda text: _exchange(url=f"/{quote(text, safe='')}"),
    "query": lambda text: _exchange(url=f"?name={quote(text)}"),
    "user of the URL": lambda text: (
        Request("GET", f"https://u:{quote(text, safe='')}@app.example.com/x"),
        Response(200),
    ),
    "text of a record": lambda text: _exchange(body={"title": f"a {text} b"}),
    "key of an object": lambda text: _exchange(body={"data": {text: 1}}),
    "list in an answer": lambda text: _exchange(
        answer=json.dumps({"result": [["a", {"b": text}]]}).encode()
    ),
    "JSON in a text": lambda text: _exchange(
        answer=json.dumps({"result": json.dumps({"b": [text]})}).encode()
    ),
    "answer that is no JSON": lambda text: _exchange(answer=f"<p>{text}</p>".encode()),
    "compressed answer": lambda text: _exchange(
        answer=gzip.compress(json.dumps({"b": text}).encode())
    ),
    "file": lambda text: _exchange(raw=b"\xff\xd8 " + text.encode() + b"\x00\xff"),
}


def test_no_secret_reaches_the_disk(tmp_path: Path) -> None:
    found: list[tuple[str, str]] = []
    for index, secret in enumerate(CANARIES):
        path = tmp_path / f"{index}.yaml"

        _record_everywhere(path, secret)

        found += [(secret, form) for form in _forms(secret) if form in _unpacked(path)]
    assert found == []


def _record_everywhere(path: Path, secret: str) -> None:
    """Record a login with *secret*, and *secret* in every place and encoding."""
    client = Skygear("https://app.example.com", api_key="key-of-the-app")
    login = client.encode(Call("auth:login", {"auth_data": {}, "password": secret}))
    told = [(login, Response(200, {}, b'{"result": {}}'))]
    told += [place(encode(secret)) for place in PLACES.values() for encode in ENCODINGS]
    answers = iter([response for _, response in told])
    with cassette(path, Mode.REWRITE) as recording:
        upstream = MockTransport(lambda _: next(answers))
        transport = CassetteTransport(recording, lambda: upstream)
        for asked, _ in told:
            transport.send(asked)
    assert len(upstream.requests) == 1 + 12 * 3


def _forms(secret: str) -> Iterator[str]:
    """Yield what *secret* looks like, in part at least, in each encoding."""
    yield secret
    yield quote(secret)
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield quote(json.dumps(secret)[1:-1])
    for before in ("", "x", "xx"):
        encoded = base64.b64encode(f"{before}{secret}".encode()).decode()
        yield encoded[4:-4]


def _unpacked(path: Path) -> str:
    """Return the text of a file, and that of what is compressed in it."""
    recording = files.load(path)
    assert recording is not None
    bodies = [one.response.body for one in recording.exchanges]
    inflated = [gzip.decompress(b) for b in bodies if b.startswith(b"\x1f\x8b")]
    raw = [one.request.body for one in recording.exchanges]
    parts = [path.read_bytes(), *inflated, *raw]
    return "\n".join(part.decode("utf-8", "replace") for part in parts)


def test_recordings_differ_in_nothing_if_only_a_secret_does(tmp_path: Path) -> None:
    texts: set[str] = set()
    for index, secret in enumerate(CANARIES):
        path = tmp_path / f"{index}.yaml"
        _record_everywhere(path, secret)
        texts.add(path.read_text().partition("interactions:")[2])

    assert len(texts) == 1


KILLER = """
import os, random, signal, sys, time
from pathlib import Path
from skysyn import Request, Response
from skysyn.testing import files
from skysyn.testing.exchanges import Exchange
from skysyn.testing.files import Recording

path, rounds = Path(sys.argv[1]), int(sys.argv[2])

def recording(word):
    asked = Request("POST", "https://app.example.com/", {}, word * 100_000)
    return Recording([Exchange(asked, Response(200, {}, word * 100_000))] * 10)

kept = [recording(word) for word in (b"a", b"bc")]
files.save(path, kept[0])
draw = random.Random(7)
broken = 0
for number in range(rounds):
    child = os.fork()
    if not child:
        while True:
            for one in reversed(kept):
                files.save(path, one)
    time.sleep(draw.uniform(0.001, 0.1))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    broken += files.load(path).exchanges not in [one.exchanges for one in kept]
files.save(path, kept[0])
print(broken, len(list(path.parent.iterdir())))
"""


@pytest.mark.timeout(600)
def test_a_killed_process_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "kept.yaml"

    said = _run(KILLER, str(path), str(KILLS))

    # the next save also takes away what the killed ones left
    assert said == "0 1"


def _run(script: str, *arguments: str, cwd: Path | None = None) -> str:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


READER = """
import os, resource, sys, time
from pathlib import Path
from skysyn.errors import CassetteError
from skysyn.testing import files

def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def read(path):
    before, started = used(), time.process_time()
    try:
        files.load(path)
        kind, line = "none", 0
    except CassetteError as error:
        kind, line = "CassetteError", error.line
    spent = time.process_time() - started
    print(path.stem, kind, line, spent, used() - before, sep="|")

for path in sorted(Path(sys.argv[1]).iterdir()):
    sys.stdout.flush()
    child = os.fork()
    if not child:
        read(path)
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What came of reading each hostile file, in a process of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    elsewhere = tmp_path_factory.mktemp("empty")
    for name, attack in ATTACKS.items():
        (folder / f"{name}.yaml").write_bytes(attack())

    lines = _run(READER, str(folder), cwd=elsewhere).splitlines()

    assert list(elsewhere.iterdir()) == []
    return {line.split("|")[0]: line.split("|")[1:] for line in lines}


def test_there_are_sixty_hostile_files() -> None:
    assert len(ATTACKS) >= 60


@pytest.mark.alone
@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_files_are_refused_at_once(
    name: str, read: dict[str, list[str]]
) -> None:
    kind, line, seconds, megabytes = read[name]

    assert (kind, line != "None") == ("CassetteError", True)
    assert float(seconds) <= 1
    assert float(megabytes) <= 64

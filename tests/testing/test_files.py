from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import requests
import vcr

from skysyn import Response
from skysyn.errors import CassetteError
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.modes import Mode
from skysyn.transport import MockTransport, Request

from .service import CLIENT, cassette, record, request

if TYPE_CHECKING:
    from pathlib import Path


def play(path: Path, asked: Request) -> Response:
    with cassette(path, Mode.NONE) as playing:
        return CassetteTransport(playing).send(asked)


def test_vcrpy_replays_the_file_by_itself(path: Path) -> None:
    record(path, request("one", a={"b": [1, 2]}), request("two"))

    with vcr.VCR(record_mode="none").use_cassette(str(path)):
        first = requests.post(f"{CLIENT.endpoint}/one", json={}, timeout=5)
        second = requests.post(f"{CLIENT.endpoint}/two", json={}, timeout=5)

    assert first.json()["result"]["asked"] == {"a": {"b": [1, 2]}, "action": "one"}
    assert second.json()["result"]["n"] == 2


def test_bodies_are_mappings_in_order(path: Path) -> None:
    record(path, request("one", b=1, a={"d": 1, "c": [True, None]}))

    assert (
        "    body:\n"
        "      a:\n"
        "        c:\n"
        "        - true\n"
        "        - null\n"
        "        d: 1\n"
        "      action: one\n"
        "      b: 1\n"
    ) in path.read_text()


def test_a_body_edited_in_one_place_only_is_refused(path: Path) -> None:
    record(path, request("one"))
    text = path.read_text().replace("          n: 1\n", "          n: 2\n")
    path.write_text(text)

    with pytest.raises(CassetteError, match="delete `string` if `json` is right"):
        play(path, request("one"))

    lines = [line for line in text.splitlines() if not line.startswith("      string:")]
    path.write_text("\n".join(lines))
    assert json.loads(play(path, request("one")).body)["result"]["n"] == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff", b"plain", b"{", "ü€😀".encode(), b'"\\ud800"', b"[1e400]"],
)
def test_bodies_of_any_bytes_are_kept(path: Path, body: bytes) -> None:
    upstream = MockTransport(lambda _: Response(200, {}, body))
    record(path, request("one"), through=upstream)

    assert play(path, request("one")).body == body
